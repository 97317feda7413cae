package io.hawser.keeper.cli;

import org.jspecify.annotations.Nullable;

/** A command that ends otherwise than it should, for a reason that its operator can read and act on. */
final class KeeperFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    KeeperFailure(Exit exit, String message) {
        this(exit, message, null);
    }

    KeeperFailure(Exit exit, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }
}
