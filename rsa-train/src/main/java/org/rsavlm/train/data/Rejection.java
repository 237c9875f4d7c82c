package org.rsavlm.train.data;

/**
 * A sample that can't be used.
 *
 * @param id the sample's id, or {@code FILE:LINE} where it has none
 * @param source name of its {@link SampleSource}
 * @param reason kind of the fault
 * @param detail the fault itself, with the actual value and what is allowed
 */
public record Rejection(String id, String source, RejectionReason reason, String detail) {}
