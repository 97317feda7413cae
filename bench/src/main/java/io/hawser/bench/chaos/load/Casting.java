package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Draws who takes part. Users of the two apps have the same names: what is one's must not come to the other. */
final class Casting {
    /** Each device has a mailbox. */
    static final String MANY_DEVICES = "chaos-devices";
    /** Each user has one. */
    static final String ONE_SESSION = "chaos-users";

    static final List<String> GROUPS = List.of("red", "green", "blue");
    private static final int MOST_DEVICES = 3;

    private Casting() {}

    static Cast draw(LoadSettings settings) {
        SplittableRandom chance = new SplittableRandom(settings.seed());
        Map<Endpoint, Set<String>> groups = new HashMap<>();
        for (int user = 0; user < settings.users(); user++) {
            int devices = 1 + chance.nextInt(MOST_DEVICES);
            for (int device = 0; device < devices; device++) {
                groups.put(new Endpoint(MANY_DEVICES, "user-" + user, "device-" + device), some(chance));
            }
        }
        for (int user = 0; user < settings.users() / 2; user++) {
            groups.put(new Endpoint(ONE_SESSION, "user-" + user, "device-0"), some(chance));
        }
        return new Cast(groups);
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
