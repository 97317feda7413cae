package io.hawser.agent;

import org.jspecify.annotations.Nullable;

/** An agent, or what asks one, cannot do as it was told; the message is one line for the person who asked. */
public final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final AgentExit exit;

    public AgentException(AgentExit exit, String message) {
        this(exit, message, null);
    }

    public AgentException(AgentExit exit, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    public AgentExit exit() {
        return exit;
    }
}
