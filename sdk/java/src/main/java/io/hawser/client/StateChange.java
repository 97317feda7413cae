package io.hawser.client;

import io.hawser.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A state that the client has entered, and why. */
public final class StateChange {
    private final ClientState state;
    private final @Nullable ErrorCode code;
    private final String reason;
    private final long delayMs;
    private final @Nullable KickCause kick;

    StateChange(ClientState state, @Nullable ErrorCode code, String reason, long delayMs, @Nullable KickCause kick) {
        this.kick = kick;
        this.state = state;
        this.code = code;
        this.reason = reason;
        this.delayMs = delayMs;
    }

    static StateChange of(ClientState state, String reason) {
        return new StateChange(state, null, reason, 0, null);
    }

    public ClientState state() {
        return state;
    }

    /** Returns the code that a room gave, or null where none was involved. */
    public @Nullable ErrorCode code() {
        return code;
    }

    /** Returns why the room kicked the client, or null where it did not. */
    public @Nullable KickCause kick() {
        return kick;
    }

    /** Returns what happened, for a developer to read; may be empty. */
    public String reason() {
        return reason;
    }

    /**
     * Returns how long the client waits before it tries again, in WAITING; 0 elsewhere. Up to an hour and a minute, where a
     * room or a dispatcher asks for it; {@link PushClient#networkChanged} ends the wait.
     */
    public long delayMs() {
        return delayMs;
    }

    @Override
    public String toString() {
        return state + (code == null ? "" : " " + code) + (reason.isEmpty() ? "" : ": " + reason);
    }
}
