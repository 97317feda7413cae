package io.hawser.standalone.command;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked; the message is one line for the person who asked. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean forGood;

    public CommandException(String message) {
        this(message, null);
    }

    public CommandException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private CommandException(String message, @Nullable Throwable cause, boolean forGood) {
        super(message, cause);
        this.forGood = forGood;
    }

    /** The center has said no; {@code forGood}: and would say so again. */
    static CommandException refused(String problem, boolean forGood) {
        return new CommandException("the center refused: " + problem, null, forGood);
    }

    /** What was asked for is wrong, and would be again. */
    static CommandException wrong(String message) {
        return wrong(message, null);
    }

    /** What was asked for is wrong, and would be again. */
    static CommandException wrong(String message, @Nullable Throwable cause) {
        return new CommandException(message, cause, true);
    }

    boolean isForGood() {
        return forGood;
    }

    /** Nobody was there who took what was asked. */
    boolean isUnreached() {
        return getCause() instanceof ConnectException || getCause() instanceof HttpConnectTimeoutException;
    }
}
