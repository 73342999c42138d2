package org.mailtimemachine.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class the {@link SharedHost}. An annotation of its own, because a test that also
 * runs inside of the server does not have the host's classes there, and there unknown annotations
 * are passed over.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedHost.class)
@interface WithSharedHost {}
