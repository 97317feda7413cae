package io.hawser.center.callback;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.hawser.api.v1.Callback;
import io.hawser.center.group.Lists;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A callback between its public form and the stored one, which has the secrets. What is not set has its default. */
final class CallbackForm {
    private static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");
    /** A name, the beginning of names up to a dot, or any. */
    private static final Pattern ROUTE = Pattern.compile("[A-Za-z0-9._-]{1,64}|[A-Za-z0-9._-]{1,62}\\.\\*|\\*");

    private static final int MAX_URLS = 8;
    private static final int MAX_ROUTES = 32;
    private static final int MAX_URL_CHARS = 1_024;
    private static final int MAX_PORT = 65_535;
    private static final int SHOWN_CHARS = 64;
    private static final Duration DEFAULT_TIMEOUT = Durations.fromSeconds(15);
    private static final Duration MAX_TIMEOUT = Durations.fromSeconds(30);
    private static final Duration DEFAULT_UNDELIVERED_AFTER = Durations.fromMinutes(5);
    private static final Duration MAX_UNDELIVERED_AFTER = Durations.fromDays(7);
    private static final Duration LEAST = Durations.fromSeconds(1);

    private CallbackForm() {}

    /**
     * Returns {@code stored} with what {@code given} says in place of its own; its secrets stay.
     *
     * @throws HawserException INVALID_ARGUMENT, naming the field
     */
    static io.hawser.rpc.v1.Callback apply(Callback given, io.hawser.rpc.v1.Callback stored) {
        if (given.getRoutesCount() == 0 && given.getEventsCount() == 0) {
            throw invalid("routes", "none, and no events", "at least one of either");
        }
        Duration timeout = within("timeout", given.hasTimeout(), given.getTimeout(), DEFAULT_TIMEOUT, MAX_TIMEOUT);
        Duration undeliveredAfter = within(
                "undelivered_after",
                given.hasUndeliveredAfter(),
                given.getUndeliveredAfter(),
                DEFAULT_UNDELIVERED_AFTER,
                MAX_UNDELIVERED_AFTER);
        return stored.toBuilder()
                .setId(id(given.getId()))
                .clearUrls()
                .addAllUrls(Lists.distinct("urls", given.getUrlsList(), MAX_URLS, CallbackForm::url))
                .clearRoutes()
                .addAllRoutes(optional("routes", given.getRoutesList(), MAX_ROUTES))
                .clearEvents()
                .addAllEvents(optional("events", given.getEventsList(), EventNames.ALL.size()))
                .setTimeoutMs((int) Durations.toMillis(timeout))
                .setUndeliveredAfterSeconds((int) Durations.toSeconds(undeliveredAfter))
                .setDisabled(given.getDisabled())
                .build();
    }

    static Callback view(io.hawser.rpc.v1.Callback stored) {
        return Callback.newBuilder()
                .setId(stored.getId())
                .addAllUrls(stored.getUrlsList())
                .addAllRoutes(stored.getRoutesList())
                .addAllEvents(stored.getEventsList())
                .setTimeout(Durations.fromMillis(stored.getTimeoutMs()))
                .setUndeliveredAfter(Durations.fromSeconds(stored.getUndeliveredAfterSeconds()))
                .setDisabled(stored.getDisabled())
                .setSecrets(stored.getSecretsCount())
                .build();
    }

    private static String id(String id) {
        if (!ID.matcher(id).matches()) {
            throw invalid("callback.id", shown(id), "1 to 64 of a-z, 0-9, '-' and '_'");
        }
        return id;
    }

    private static List<String> optional(String field, List<String> given, int max) {
        if (given.isEmpty()) {
            return List.of();
        }
        return Lists.distinct(field, given, max, field.equals("routes") ? CallbackForm::route : CallbackForm::event);
    }

    private static String route(String route) {
        if (!ROUTE.matcher(route).matches()) {
            throw invalid("route", shown(route), "a name of A-Z, a-z, 0-9, '.', '_' and '-', \"orders.*\" or \"*\"");
        }
        return route;
    }

    private static String event(String event) {
        if (!EventNames.ALL.contains(event)) {
            throw invalid("event", shown(event), "one of " + String.join(", ", EventNames.ALL));
        }
        return event;
    }

    private static String url(String url) {
        if (url.length() > MAX_URL_CHARS) {
            throw invalid("url", url.length() + " characters", "at most " + MAX_URL_CHARS);
        }
        URI uri = parsed(url);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw invalid("url", shown(url), "one that begins with https:// or http://");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            throw invalid("url", shown(url), "one with a host, and a port where it is not the scheme's");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw invalid("url", "one with a user or a fragment", "one without");
        }
        return url;
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException malformed) {
            throw invalid("url", shown(url), "one by RFC 3986, with what is not ASCII percent-encoded");
        }
    }

    private static Duration within(String field, boolean isSet, Duration given, Duration standard, Duration max) {
        if (!isSet) {
            return standard;
        }
        if (!Durations.isValid(given) || Durations.compare(given, LEAST) < 0 || Durations.compare(given, max) > 0) {
            throw invalid(
                    field,
                    given.getSeconds() + " s",
                    Durations.toSeconds(LEAST) + " s to " + Durations.toSeconds(max) + " s");
        }
        return given;
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }

    private static HawserException invalid(String field, String given, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, field + ": " + given + " (expected: " + expected + ")");
    }
}
