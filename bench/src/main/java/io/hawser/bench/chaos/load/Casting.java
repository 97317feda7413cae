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
        for (int user = 0; user < settings.users() / 2; user++) {
            // Every other one has a second device.
            for (int device = 0; device < 2 - user % 2; device++) {
                groups.put(new Endpoint(BY_USER, "user-" + user, "device-" + device), some(chance));
            }
        }
        for (int user = 0; user < Math.ceilDiv(settings.users(), 4); user++) {
            for (String device : CLASSES) {
                groups.put(new Endpoint(BY_CLASS, "user-" + user, device), some(chance));
            }
        }
        return new Cast(
                groups,
                Map.of(
                        BY_DEVICE, SessionPolicy.ONE_PER_DEVICE,
                        BY_CLASS, SessionPolicy.ONE_PER_DEVICE_CLASS,
                        BY_USER, SessionPolicy.ONE_PER_USER));
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
