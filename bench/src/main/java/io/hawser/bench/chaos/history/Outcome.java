package io.hawser.bench.chaos.history;

/** What a sender knows in the end of what it sent. */
public enum Outcome {
    ACCEPTED,
    /** Was told that it is not accepted, and never anything else. */
    REFUSED,
    /** There was no answer, or one that leaves it open: it may have been accepted. */
    UNKNOWN
}
