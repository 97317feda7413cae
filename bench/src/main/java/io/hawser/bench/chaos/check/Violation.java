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
        /**
         * Sent, or asked for back, for {@link Checker#LATE_NANOS} in which nothing was broken, or sent for {@link Harmless#MOST_NANOS} in which
         * nothing was that it depends on, and not answered by a 2xx in these.
         */
        UNAVAILABLE,
        /** What was right, told to be wrong: by a 4xx other than 429, or for good where it was sent up. */
        REFUSED_WRONGLY,
        /** Accepted by a spool: of an app that is strict, or what no spool takes, or with a number. */
        SPOOLED_WRONGLY,
        /** So little flowed that the run proves nothing. */
        TOO_LITTLE,
        /** Accepted, and not there when all was healed. */
        LOST,
        /** It came, but longer than it may take had a device been there, with nothing broken. */
        LATE,
        /** What had been promised before a fault was healed had not come when the next one could be waited with no more. */
        OVERDUE,
        /** Delivered, and nobody had sent it. */
        NEVER_SENT,
        /** Delivered, and its sender was told that it is not accepted. */
        REFUSED_YET_DELIVERED,
        /** Handed to a device that came only when its time was over, or after it was recalled, or replaced. */
        GONE_YET_DELIVERED,
        /** A notification came, and its body was not to be had. */
        BODY_LOST,
        /** A listener was handed it twice, and it was not the one in hand at a crash. */
        DUPLICATED,
        /** A mailbox's messages overtook each other. */
        OUT_OF_ORDER,
        /** Its sender was told another number, or two different ones, or none though no spool had it. */
        OTHER_SEQ,
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
        /** A mailbox had more than one live session in the end, or two devices that held it to be theirs for long. */
        SECOND_SESSION,
        /** A mailbox whose device is there had no live session in the end. */
        NO_SESSION,
        /** A client was ended for good, and neither its user nor another device of its mailbox had it so. */
        ENDED_WRONGLY,
        /** A process of the platform ended, and no fault had killed it. */
        DIED,
        /** A process of the platform had more memory in the end than its heap, as much outside of it, and the JVM's own. */
        TOO_BIG;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return kind.label() + ": " + what;
    }
}
