package io.hawser.dispatcher;

import io.hawser.rpc.id.AppId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a client asks for.
 *
 * @param app checked for its form alone: this service knows no apps
 * @param transport what it speaks; plain TCP where it does not say
 * @param network, carrier what the client is connected by; checked, and of no effect on today's lists
 * @param region where the client believes to be: {@code eu} prefers the zones {@code eu} and {@code eu-...}
 * @param zone which zone the client would like
 * @param failed addresses that did not work for it
 * @param count how many addresses it wants
 * @param retry how often it asked before without success
 */
record AddressQuery(
        AppId app,
        Transport transport,
        String network,
        String carrier,
        String region,
        String zone,
        Set<String> failed,
        int count,
        int retry) {
    private static final Set<String> NAMES =
            Set.of("app", "transport", "network", "carrier", "region", "zone", "failed", "count", "retry");
    private static final int MAX_LABEL = 64;
    private static final int MAX_RETRY = 1_000;

    /** @throws io.hawser.wire.HawserException INVALID_ARGUMENT, naming the parameter that is not as it should be */
    static AddressQuery parse(Map<String, List<String>> parameters, AddressLimits limits) {
        parameters.forEach(AddressQuery::checkSingle);
        return new AddressQuery(
                new AppId(text(parameters, "app")),
                parameters.containsKey("transport") ? Transport.parse(text(parameters, "transport")) : Transport.TCP,
                label(parameters, "network"),
                label(parameters, "carrier"),
                label(parameters, "region"),
                label(parameters, "zone"),
                failed(text(parameters, "failed"), limits.maxFailed()),
                number(parameters, "count", limits.count(), 1, limits.maxCount()),
                number(parameters, "retry", 0, 0, MAX_RETRY));
    }

    /** Returns how far a zone is from what was asked for: 0 is the zone itself, 1 its region, 2 elsewhere. */
    int distance(String zoneName) {
        if (!zone.isEmpty() && zoneName.equals(zone)) {
            return 0;
        }
        boolean inRegion = !region.isEmpty() && (zoneName.equals(region) || zoneName.startsWith(region + "-"));
        return inRegion ? 1 : 2;
    }

    /** A parameter of another name is a newer client's: it must not keep that client from an older dispatcher. */
    private static void checkSingle(String name, List<String> values) {
        if (NAMES.contains(name) && values.size() != 1) {
            throw Checks.refusal(name, "given " + values.size() + " times", "once");
        }
    }

    private static String text(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.get(name);
        return values == null ? "" : values.getFirst();
    }

    private static String label(Map<String, List<String>> parameters, String name) {
        return Checks.label(name, text(parameters, name), MAX_LABEL);
    }

    private static int number(Map<String, List<String>> parameters, String name, int absent, int min, int max) {
        String digits = text(parameters, name);
        if (!parameters.containsKey(name)) {
            return absent;
        }
        try {
            return Checks.within(name, Integer.parseInt(digits), min, max);
        } catch (NumberFormatException e) {
            throw Checks.refusal(name, abbreviated(digits), min + " to " + max);
        }
    }

    private static Set<String> failed(String list, int max) {
        if (list.isEmpty()) {
            return Set.of();
        }
        String[] addresses = list.split(",", max + 2);
        if (addresses.length > max) {
            throw Checks.refusal("failed", "more than " + max + " addresses", "at most " + max);
        }
        for (String address : addresses) {
            Checks.address("failed", address);
        }
        return Set.copyOf(List.of(addresses));
    }

    private static String abbreviated(String text) {
        return text.length() <= MAX_LABEL ? text : text.substring(0, MAX_LABEL) + "…";
    }
}
