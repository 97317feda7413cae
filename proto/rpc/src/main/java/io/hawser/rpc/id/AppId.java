package io.hawser.rpc.id;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** A tenant's id: 1 to 64 of a-z, 0-9, '-' and '_', so that it can stand in a path, a key and a metric. */
public record AppId(String value) {
    public AppId {
        Limits.bounded("app", value, Limits.ID_BYTES);
        for (int i = 0; i < value.length(); i++) {
            if (!allowed(value.charAt(i))) {
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT, "app: " + value + " (expected: only a-z, 0-9, '-' and '_')");
            }
        }
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}
