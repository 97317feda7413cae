package io.hawser.client;

import io.hawser.wire.v1.KickReason;

/** Why a room ended a client's binding on purpose. */
public enum KickCause {
    /** Another installation has taken the mailbox, where the app allows one. */
    REPLACED,
    /** The app's back end said so. */
    BY_APP,
    /** An operator of the platform said so. */
    BY_OPERATOR,
    /** The user, the device or the network is banned; the client comes back by itself where the ban may end. */
    BANNED,
    /** A reason of a later release. */
    OTHER;

    static KickCause of(KickReason reason) {
        switch (reason) {
            case REPLACED:
                return REPLACED;
            case BY_APP:
                return BY_APP;
            case BY_OPERATOR:
                return BY_OPERATOR;
            case BANNED:
                return BANNED;
            default:
                return OTHER;
        }
    }

    /** The name in docs/protocol.md; an enum's own would not outlive a phone's optimiser. */
    String text() {
        switch (this) {
            case REPLACED:
                return "REPLACED";
            case BY_APP:
                return "BY_APP";
            case BY_OPERATOR:
                return "BY_OPERATOR";
            case BANNED:
                return "BANNED";
            default:
                return "for a reason not known here";
        }
    }
}
