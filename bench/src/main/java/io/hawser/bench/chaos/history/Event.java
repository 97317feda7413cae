package io.hawser.bench.chaos.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Something that happened, as it was seen from outside of the platform. Times are readings of {@link System#nanoTime},
 * which is one clock for all processes of a machine. Every text is sent once in a run, and so names its message.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(Event.Sent.class),
    @JsonSubTypes.Type(Event.Answered.class),
    @JsonSubTypes.Type(Event.Repeated.class),
    @JsonSubTypes.Type(Event.Recalling.class),
    @JsonSubTypes.Type(Event.Recalled.class),
    @JsonSubTypes.Type(Event.Delivered.class),
    @JsonSubTypes.Type(Event.Bodiless.class),
    @JsonSubTypes.Type(Event.State.class),
    @JsonSubTypes.Type(Event.Reset.class),
    @JsonSubTypes.Type(Event.Leaving.class),
    @JsonSubTypes.Type(Event.Ended.class),
    @JsonSubTypes.Type(Event.Crashed.class),
    @JsonSubTypes.Type(Event.Paused.class),
    @JsonSubTypes.Type(Event.Resumed.class),
    @JsonSubTypes.Type(Event.Offered.class),
    @JsonSubTypes.Type(Event.Queued.class),
    @JsonSubTypes.Type(Event.Stored.class),
    @JsonSubTypes.Type(Event.Taken.class),
    @JsonSubTypes.Type(Event.Sessions.class),
    @JsonSubTypes.Type(Event.Struck.class),
    @JsonSubTypes.Type(Event.Healed.class),
    @JsonSubTypes.Type(Event.Overdue.class),
    @JsonSubTypes.Type(Event.Reborn.class),
    @JsonSubTypes.Type(Event.Instance.class)
})
public sealed interface Event {
    long atNanos();

    /** A sender is about to send, or to broadcast, for the first time. */
    record Sent(long atNanos, String text, Audience audience, Terms terms) implements Event {}

    /**
     * A sender knows what it will ever know of it.
     *
     * @param attempts how often it was sent under its key
     * @param status of HTTP, of the last answer; 0: there was none
     * @param seq under which it is in the user's mailboxes, as the answer says; 0: it says none
     * @param spooled whether a saver's spool has it, and it is in no mailbox yet
     * @param detail the last answer
     */
    record Answered(
            long atNanos,
            String text,
            Outcome outcome,
            int attempts,
            int status,
            long seq,
            boolean spooled,
            String detail)
            implements Event {}

    /** What was accepted was sent once more, the same under the same key, and this is the answer, as of {@link Answered}. */
    record Repeated(long atNanos, String text, int status, long seq, boolean spooled, String detail) implements Event {
        @JsonIgnore
        public boolean isAccepted() {
            return status >= 200 && status < 300;
        }
    }

    /** A sender is about to ask for back what was accepted, for the first time. */
    record Recalling(long atNanos, String text) implements Event {}

    /**
     * And knows what it will ever know of that.
     *
     * @param attempts how often it asked
     * @param status of HTTP, of the last answer; 0: there was none
     * @param recalled whether it was taken back from whoever had not acknowledged it
     */
    record Recalled(long atNanos, String text, int attempts, int status, boolean recalled, String detail)
            implements Event {
        /** Whether there is an answer by which it was done, taken back or not. */
        @JsonIgnore
        public boolean isCarriedOut() {
            return status >= 200 && status < 300;
        }
    }

    /** A listener was handed a notification without its body; the hint says which. */
    record Bodiless(long atNanos, Endpoint endpoint, int life, String hint) implements Event {}

    /**
     * A listener was handed something.
     *
     * @param life counts the starts of the endpoint's client, from 1
     * @param seq in the mailbox; 0: a broadcast
     */
    record Delivered(long atNanos, Endpoint endpoint, int life, String text, long seq, boolean redelivered)
            implements Event {}

    /**
     * A client entered a state of the SDK's.
     *
     * @param kick why a room had kicked it; empty: none had
     */
    record State(long atNanos, Endpoint endpoint, int life, String state, String kick, String reason)
            implements Event {}

    /** A listener was told that history is lost. */
    record Reset(long atNanos, Endpoint endpoint, int life, String what) implements Event {}

    /** A client is about to be closed, because its user wants so. */
    record Leaving(long atNanos, Endpoint endpoint, int life) implements Event {}

    /**
     * A client was closed, in good order.
     *
     * @param wireDuplicates messages that came to it again, and were dropped by it
     */
    record Ended(long atNanos, Endpoint endpoint, int life, int resumes, int binds, int wireDuplicates)
            implements Event {}

    /** The process of a client was killed. */
    record Crashed(long atNanos, Endpoint endpoint, int life) implements Event {}

    /** The process of a client, where it has one, is about to stand still. */
    record Paused(long atNanos, Endpoint endpoint) implements Event {}

    /** And goes on. */
    record Resumed(long atNanos, Endpoint endpoint) implements Event {}

    /** A client is about to be given an uplink; endpoints get theirs one after the other. */
    record Offered(long atNanos, Endpoint endpoint, String text) implements Event {}

    /** The client has it on disk: from here on it is promised. */
    record Queued(long atNanos, Endpoint endpoint, String text) implements Event {}

    /**
     * The platform has acknowledged it, or has not.
     *
     * @param refusal why it was refused for good; empty: it is stored
     */
    record Stored(long atNanos, Endpoint endpoint, String text, String refusal) implements Event {}

    /** The back end took a webhook with an uplink. */
    record Taken(long atNanos, Endpoint from, String webhookId, String text) implements Event {}

    /** How many live sessions the platform says that an endpoint has, when all are there. */
    record Sessions(long atNanos, Endpoint endpoint, int live) implements Event {}

    /** A fault begins. */
    record Struck(long atNanos, int number, String fault, String what) implements Event {}

    /** What the fault had broken runs again. */
    record Healed(long atNanos, int number) implements Event {}

    /** What had been promised before that fault was healed, and service to every app, was waited for, and had not all come by now. */
    record Overdue(long atNanos, int number, String fault) implements Event {}

    /**
     * A saver is seen in another life than before: its session in ZooKeeper has ended in between, by a fault or by itself.
     *
     * @param seenNanos when it was seen in the life before for the last time
     */
    record Reborn(long atNanos, String saver, long seenNanos) implements Event {}

    /**
     * What a process of the platform was like in the end.
     *
     * @param killed how often a fault had killed it
     * @param restarts how often it ended otherwise than in good order, for whatever reason
     * @param residentBytes memory that it has; 0: not known
     * @param mostBytes what it may have; 0: it is no JVM of the platform's, and none of what it does is ours to say
     */
    record Instance(long atNanos, String name, int killed, int restarts, long residentBytes, long mostBytes)
            implements Event {}
}
