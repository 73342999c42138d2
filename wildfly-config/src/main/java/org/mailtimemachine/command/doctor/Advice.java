package org.mailtimemachine.command.doctor;

/**
 * Something that was found, and what to do.
 *
 * @param check its name for programs, which never changes
 * @param what was found, with the setting or path that it was found in
 * @param why it matters
 * @param remedy what to do
 */
public record Advice(Severity severity, String check, String what, String why, String remedy) {}
