package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.regex.Pattern;

/**
 * Credentials in addresses of stores. A configuration is logged and served, so a password has a place of its own, a
 * {@link Secret}, and an address that has one is refused. What slips through all the same is masked where it is shown.
 */
public final class UrlCredentials {
    /** {@code //user:password@}, whatever stands in the password, and up to the last of several hosts. */
    private static final Pattern USER_INFO = Pattern.compile("//[^?\\s]*@");
    /** In the query, or in parentheses as MySQL's hosts have it; the factors of a login are numbered. */
    private static final Pattern PASSWORD = Pattern.compile("(?i)\\bpassword[123]?\\s*=");
    /** Passwords of key stores and the like, which drivers take from the address alone, included. */
    private static final Pattern ANY_PASSWORD = Pattern.compile("(?i)(password[123]?\\s*=)[^&;,)\\s]*");

    private UrlCredentials() {}

    /**
     * Refuses an address that has credentials in it; what they are is not repeated.
     *
     * @param key of the address in its record: {@code uri}
     * @param section of the record in the configuration, which has a {@code username} and a {@code password}
     * @throws HawserException with INVALID_ARGUMENT
     */
    public static void refuse(String key, String url, String section) {
        if (USER_INFO.matcher(url).find()) {
            throw refusal(
                    key,
                    "has a user or password (expected: them in " + section + ".username and " + section + ".password)");
        }
        if (PASSWORD.matcher(url).find()) {
            throw refusal(key, "has a password (expected: it in " + section + ".password)");
        }
    }

    /** Returns the text with {@code ****} in the place of what may be a password. */
    static String mask(String text) {
        return ANY_PASSWORD
                .matcher(USER_INFO.matcher(text).replaceAll("//****@"))
                .replaceAll("$1****");
    }

    private static HawserException refusal(String key, String what) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, key + ": " + what);
    }
}
