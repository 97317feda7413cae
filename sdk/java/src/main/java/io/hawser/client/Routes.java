package io.hawser.client;

import io.hawser.wire.HawserException;
import java.util.regex.Pattern;

/** The form of a route's name. */
final class Routes {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Routes() {}

    /** @throws HawserException INVALID_ARGUMENT where it is none */
    static String check(String route) {
        if (!FORM.matcher(route).matches()) {
            throw ClientSettings.invalid("route: " + route + " (expected: 1 to 64 of A-Z a-z 0-9 . _ -)");
        }
        return route;
    }
}
