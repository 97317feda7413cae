package io.hawser.standalone.command;

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
    static CommandException wrong(String message, Throwable cause) {
        return new CommandException(message, cause, true);
    }

    boolean isForGood() {
        return forGood;
    }
}
