package io.hawser.bench.chaos.check;

import java.util.Locale;

/**
 * A promise that was broken.
 *
 * @param what whose, and what is known of it
 */
public record Violation(Kind kind, String what) {
    /** The promises of {@code docs/guarantees.md}, by how they break. */
    public enum Kind {
        /** Accepted, and not there when all was healed. */
        LOST,
        /** It came, to a device that was there, but {@link Checker#LATE_NANOS} later, while nothing was broken. */
        LATE,
        /** Delivered, and nobody had sent it. */
        NEVER_SENT,
        /** Delivered, and its sender was told that it is not accepted. */
        REFUSED_YET_DELIVERED,
        /** A listener was handed it twice, and it was not the one in hand at a crash. */
        DUPLICATED,
        /** A mailbox's messages overtook each other. */
        OUT_OF_ORDER,
        /** Another user, app or group got it. */
        MISDELIVERED,
        /** A client was told that history is lost, and nothing was restored from a backup. */
        RESET,
        /** Promised by the client, and the back end never had it. */
        UPLINK_LOST,
        /** The back end was given what no client had sent, or under another's name. */
        UPLINK_NEVER_SENT,
        /** Two webhook ids for one uplink, or one for two. */
        UPLINK_DUPLICATED,
        /** The uplinks of an endpoint came to the back end in another order for the first time. */
        UPLINK_OUT_OF_ORDER,
        /** An endpoint had more than one live session in the end. */
        SECOND_SESSION,
        /** An endpoint that is there had no live session in the end. */
        NO_SESSION;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return kind.label() + ": " + what;
    }
}
