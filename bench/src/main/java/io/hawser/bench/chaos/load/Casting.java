package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.SessionPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Draws who takes part. Users of the apps have the same names: what is one's must not come to the other. */
final class Casting {
    /** Each device has a mailbox. */
    private static final String BY_DEVICE = "chaos-devices";
    /** The phones of a user share one, and the computers another. */
    private static final String BY_CLASS = "chaos-classes";
    /** All devices of a user share one. */
    private static final String BY_USER = "chaos-users";
    /** Each device has a mailbox, and what is sent is accepted while MySQL is out. */
    private static final String AVAILABLE = "chaos-available";

    static final List<String> GROUPS = List.of("red", "green", "blue");
    private static final int MOST_DEVICES = 3;
    private static final List<String> CLASSES = List.of("phone-0", "phone-1", "pc-0");

    private Casting() {}

    static Cast draw(LoadSettings settings) {
        SplittableRandom chance = new SplittableRandom(settings.seed());
        Map<Endpoint, Set<String>> groups = new HashMap<>();
        for (int user = 0; user < settings.users(); user++) {
            int devices = 1 + chance.nextInt(MOST_DEVICES);
            for (int device = 0; device < devices; device++) {
                groups.put(new Endpoint(BY_DEVICE, "user-" + user, "device-" + device), some(chance));
            }
        }
        groups.putAll(halfOfThem(BY_USER, settings, chance));
        for (int user = 0; user < Math.ceilDiv(settings.users(), 4); user++) {
            for (String device : CLASSES) {
                groups.put(new Endpoint(BY_CLASS, "user-" + user, device), some(chance));
            }
        }
        groups.putAll(halfOfThem(AVAILABLE, settings, chance));
        return new Cast(
                groups,
                Map.of(
                        BY_DEVICE, SessionPolicy.ONE_PER_DEVICE,
                        BY_CLASS, SessionPolicy.ONE_PER_DEVICE_CLASS,
                        BY_USER, SessionPolicy.ONE_PER_USER,
                        AVAILABLE, SessionPolicy.ONE_PER_DEVICE),
                Set.of(AVAILABLE));
    }

    /** Half as many users as elsewhere, of whom every other one has a second device. */
    private static Map<Endpoint, Set<String>> halfOfThem(String app, LoadSettings settings, SplittableRandom chance) {
        Map<Endpoint, Set<String>> groups = new HashMap<>();
        for (int user = 0; user < settings.users() / 2; user++) {
            for (int device = 0; device < 2 - user % 2; device++) {
                groups.put(new Endpoint(app, "user-" + user, "device-" + device), some(chance));
            }
        }
        return groups;
    }

    private static Set<String> some(SplittableRandom chance) {
        Set<String> some = new TreeSet<>();
        for (String group : GROUPS) {
            if (chance.nextBoolean()) {
                some.add(group);
            }
        }
        return some;
    }
}
