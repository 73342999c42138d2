package org.mailtimemachine.restore.desk;

import java.util.Optional;

/**
 * What a Mailbox may ask for at this moment. Whoever asks is told before he writes anything; what
 * holds is decided when it is filed.
 *
 * @param refusal why it may ask for nothing; empty where it may
 * @param messages that it may ask for still
 * @param limits the rules
 */
public record Allowance(
    Optional<RequestRefusedException.Why> refusal, long messages, RequestLimits limits) {}
