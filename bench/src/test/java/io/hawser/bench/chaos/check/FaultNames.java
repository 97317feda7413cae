package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.fault.Fault;
import io.hawser.bench.chaos.fault.Faults;
import io.hawser.bench.chaos.fault.RedisForm;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What every list of faults is held against. */
final class FaultNames {
    private FaultNames() {}

    /** In whichever form of Redis. */
    static Set<String> all() {
        return Arrays.stream(RedisForm.values())
                .flatMap(form -> Faults.all(Duration.ofSeconds(15), form).stream())
                .map(Fault::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
