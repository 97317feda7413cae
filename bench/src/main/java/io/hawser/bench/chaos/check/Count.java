package io.hawser.bench.chaos.check;

import java.util.Locale;

/** What is counted besides violations. */
public enum Count {
    /** Messages and broadcasts whose sender was told so. */
    ACCEPTED,
    REFUSED,
    UNKNOWN,
    /** Copies that accepted messages and broadcasts have to become: one for each endpoint. */
    OWED,
    /** Handed to a listener for the first time. */
    DELIVERED,
    /** Of these, what its sender does not know to be accepted. */
    DELIVERED_THOUGH_UNKNOWN,
    /** Handed again after a crash, flagged, as promised. */
    REDELIVERED,
    /** Came again to a client, which dropped it; clients that were killed take their count with them. */
    WIRE_DUPLICATES,
    CRASHES,
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
