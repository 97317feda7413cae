package io.hawser.rpc.id;

/**
 * Groups that a client may join by itself: one by its name, all that begin alike ({@code news.*}), or any ({@code *}).
 */
public record GroupPattern(String value) {
    private static final String ANY = "*";

    public GroupPattern {
        Limits.bounded("group pattern", value, Limits.ID_BYTES);
        if (!value.equals(ANY)) {
            var _ = new GroupName(value.endsWith(ANY) ? prefix(value) : value);
        }
    }

    /** Whether the group is one of these. */
    public boolean matches(String group) {
        return value.endsWith(ANY) ? group.startsWith(prefix(value)) : group.equals(value);
    }

    private static String prefix(String pattern) {
        return pattern.substring(0, pattern.length() - ANY.length());
    }

    @Override
    public String toString() {
        return value;
    }
}
