package io.hawser.center.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an operator may do; each role may do what the ones before it may. */
public enum Role {
    VIEWER,
    OPERATOR,
    ADMIN;

    /** As it stands in a key's grants. */
    public String grant() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The highest role that {@code grants} name. */
    static Optional<Role> of(List<String> grants) {
        return Arrays.stream(values())
                .filter(role -> grants.contains(role.grant()))
                .reduce((lower, higher) -> higher);
    }
}
