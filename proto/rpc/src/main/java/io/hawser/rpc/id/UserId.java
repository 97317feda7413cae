package io.hawser.rpc.id;

/** The app's own id of a user: 1 to 64 bytes of UTF-8. */
public record UserId(String value) {
    public UserId {
        Limits.bounded("user", value, Limits.ID_BYTES);
    }

    @Override
    public String toString() {
        return value;
    }
}
