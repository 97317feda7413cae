package io.hawser.stores;

import org.jspecify.annotations.Nullable;

/** A store could not be started; the message is one line for the person who started it. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
