package io.hawser.center.http;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON without what Gson does to it for web pages: it writes {@code =}, {@code <}, {@code >}, {@code &} and {@code '} as
 * escapes, in which nobody who copies a secret off the screen knows it again.
 */
final class PlainJson {
    /** Escapes one by one, so that what follows an escaped backslash is left alone. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(003[cde]|002[67])|.)");

    private PlainJson() {}

    static String of(String json) {
        return ESCAPE.matcher(json).replaceAll(PlainJson::plain);
    }

    private static String plain(MatchResult escape) {
        String hex = escape.group(1);
        return hex == null ? Matcher.quoteReplacement(escape.group()) : Character.toString(Integer.parseInt(hex, 16));
    }
}
