package io.hawser.center.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of fields in details. Services say them as the contracts do, which is what callers by gRPC know; callers by JSON
 * know them in lowerCamelCase.
 */
final class FieldNames {
    /** What a detail begins with: {@code app.client_groups[0]} of {@code app.client_groups[0]: …}. */
    private static final Pattern PATH =
            Pattern.compile("[a-z][A-Za-z0-9_]*(\\[\\d+])?(\\.[A-Za-z0-9_]+(\\[\\d+])?)*(?=: )");

    /** The keys in it are the caller's own. */
    private static final String MAP = "headers.";

    private static final Pattern NEXT_WORD = Pattern.compile("_([a-z0-9])");

    private FieldNames() {}

    /** Returns the detail with the field that it begins with, if any, named as in JSON. */
    static String inJson(String detail) {
        Matcher path = PATH.matcher(detail);
        if (!path.lookingAt()) {
            return detail;
        }
        int map = detail.indexOf(MAP);
        int end = map < 0 ? path.end() : Math.min(map, path.end());
        return NEXT_WORD
                        .matcher(detail.substring(0, end))
                        .replaceAll(next -> next.group(1).toUpperCase(Locale.ROOT))
                + detail.substring(end);
    }
}
