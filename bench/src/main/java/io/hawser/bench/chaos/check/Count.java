package io.hawser.bench.chaos.check;

import java.util.Locale;

/** What is counted besides violations. */
public enum Count {
    /** Messages and broadcasts whose sender was told so. */
    ACCEPTED,
    REFUSED,
    UNKNOWN,
    /** Copies that accepted messages and broadcasts have to become: one for each mailbox, and for each endpoint. */
    OWED,
    /** Handed to a listener for the first time: of those that share a mailbox, to the first. */
    DELIVERED,
    /** Handed to another device of the mailbox too, as the first was replaced before its acknowledgement counted. */
    DELIVERED_TO_ANOTHER_DEVICE,
    /** Of these, what its sender does not know to be accepted. */
    DELIVERED_THOUGH_UNKNOWN,
    /** Deliveries whose number was compared with the one that the sender was told. */
    SEQS_COMPARED,
    /** By a saver's spool, while MySQL did not take them. */
    ACCEPTED_BY_A_SPOOL,
    /** Of these, those while nothing was broken, as a machine that has much else to do may have it. */
    SPOOLED_IN_CALM,
    /** Of what a spool had accepted, that whose number a repeat was told when it had one. */
    NAMED_BY_A_REPEAT,
    /** Sent again and again for 5 s and more, while the disks of the spools were full, until there was room. */
    TURNED_AWAY_BY_A_FULL_DISK,
    /** What was accepted, sent again under its key, and answered as accepted again. */
    REPEATS_ACCEPTED,
    /** Copies that never came, of what had a time to live, which was over. */
    EXPIRED,
    /** Of what may have been replaced by a newer one. */
    COLLAPSED,
    /** Of what its sender asked for back. */
    RECALLED,
    /** Copies of what had a time to live that is over, for a device that was there all that time, with nothing broken. */
    SHORT_LIVED,
    /** Of these, those that came. */
    SHORT_LIVED_THAT_CAME,
    /** Notifications that came, each with its body. */
    BODIES,
    /** Handed again after a crash, flagged, as promised. */
    REDELIVERED,
    /** Came again to a client, which dropped it; clients that were killed take their count with them. */
    WIRE_DUPLICATES,
    CRASHES,
    /** Clients that were ended because another device took their mailbox. */
    REPLACED,
    UPLINKS_PROMISED,
    UPLINKS_ACKNOWLEDGED,
    UPLINKS_REFUSED,
    UPLINKS_TAKEN,
    /** Webhooks that came again under their id. */
    WEBHOOKS_REPEATED;

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
