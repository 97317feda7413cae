package io.hawser.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
    private final Random random = new Random(7);

    @Test
    void aListSpansHostsBeforePorts() {
        Snapshot snapshot = Snapshot.of(List.of(
                room("", 100, "10.0.0.1:443", "10.0.0.1:80"),
                room("", 100, "10.0.0.2:443", "10.0.0.2:80"),
                room("", 100, "10.0.0.3:443", "10.0.0.3:80")));

        for (int i = 0; i < 100; i++) {
            List<String> rooms = answer(snapshot, "count", "6").rooms();
            assertThat(rooms).doesNotHaveDuplicates().hasSize(6);
            assertThat(hosts(rooms.subList(0, 3))).doesNotHaveDuplicates();
            assertThat(hosts(rooms.subList(3, 6))).isEqualTo(hosts(rooms.subList(0, 3)));
        }
    }

    @Test
    void roomsAreTriedFirstInProportionToWhatTheyTake() {
        Snapshot snapshot = Snapshot.of(List.of(room("", 9_000, "10.0.0.1:1"), room("", 1_000, "10.0.0.2:1")));
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            first.merge(answer(snapshot).rooms().getFirst(), 1, Integer::sum);
        }
        assertThat(first.get("10.0.0.1:1")).isBetween(8_800, 9_200);
    }

    @Test
    void addressesThatFailedStandLast() {
        Snapshot snapshot = Snapshot.of(
                List.of(room("", 100, "10.0.0.1:1"), room("", 100, "10.0.0.2:1"), room("", 100, "10.0.0.3:1")));
        for (int i = 0; i < 100; i++) {
            assertThat(answer(snapshot, "failed", "10.0.0.1:1,10.0.0.3:1").rooms())
                    .startsWith("10.0.0.2:1")
                    .hasSize(3);
        }
        assertThat(answer(snapshot, "failed", "10.0.0.1:1,10.0.0.3:1", "count", "1")
                        .rooms())
                .containsExactly("10.0.0.2:1");
    }

    @Test
    void theZoneAskedForIsAnsweredAndARetryMovesOn() {
        Snapshot snapshot = Snapshot.of(List.of(
                room("eu-a", 1, "10.0.0.1:1"), room("eu-b", 1, "10.0.1.1:1"), room("us-a", 1_000, "10.0.2.1:1")));

        assertThat(answer(snapshot, "zone", "eu-b").zone()).isEqualTo("eu-b");
        assertThat(answer(snapshot, "zone", "eu-b", "region", "eu", "retry", "1")
                        .zone())
                .isEqualTo("eu-a");
        assertThat(answer(snapshot, "zone", "eu-b", "region", "eu", "retry", "2")
                        .zone())
                .isEqualTo("us-a");
        assertThat(answer(snapshot, "region", "eu").zone()).startsWith("eu-");
        assertThat(answer(snapshot, "zone", "nowhere").rooms()).hasSize(1);
    }

    @Test
    void aZoneOfWhichAllFailedIsPassedOver() {
        Snapshot snapshot = Snapshot.of(List.of(room("a", 100, "10.0.0.1:1"), room("b", 100, "10.0.1.1:1")));

        assertThat(answer(snapshot, "zone", "a", "failed", "10.0.0.1:1").zone()).isEqualTo("b");
        assertThat(answer(snapshot, "zone", "a", "failed", "10.0.0.1:1,10.0.1.1:1")
                        .zone())
                .isEqualTo("a");
    }

    @Test
    void withoutRoomsThereIsNoList() {
        assertThat(Snapshot.EMPTY.answer(query(), 300, random)).isNull();
        assertThat(Snapshot.of(List.of()).answer(query(), 300, random)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aListHoldsAsManyDifferentLiveAddressesAsThereAreOrWereAsked(long seed) {
        Random chance = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Set<String> live = new HashSet<>();
            List<LiveRoom> rooms = new ArrayList<>();
            for (int n = 1 + chance.nextInt(10); n > 0; n--) {
                String host = "10.0.0." + chance.nextInt(5);
                String[] addresses = chance.ints(1 + chance.nextInt(3), 1, 60_000)
                        .mapToObj(port -> host + ":" + port)
                        .filter(live::add)
                        .toArray(String[]::new);
                if (addresses.length > 0) {
                    rooms.add(room("", 1 + chance.nextInt(1_000), addresses));
                }
            }
            int count = 1 + chance.nextInt(16);
            List<String> failed = live.stream()
                    .filter(address -> chance.nextBoolean())
                    .limit(32)
                    .toList();
            List<String> list = answer(Snapshot.of(rooms), "count", "" + count, "failed", String.join(",", failed))
                    .rooms();
            assertThat(list).as("seed %d", seed).doesNotHaveDuplicates().hasSize(Math.min(count, live.size()));
            assertThat(live).as("seed %d", seed).containsAll(list);
            long fresh =
                    list.stream().filter(address -> !failed.contains(address)).count();
            assertThat(list.subList(0, (int) fresh)).as("seed %d", seed).noneMatch(failed::contains);
            assertThat(fresh).as("seed %d", seed).isEqualTo(Math.min(count, live.size() - failed.size()));
        }
    }

    private AddressList answer(Snapshot snapshot, String... parameters) {
        return Objects.requireNonNull(snapshot.answer(query(parameters), 300, random));
    }

    private static AddressQuery query(String... parameters) {
        Map<String, List<String>> all = new HashMap<>(Map.of("app", List.of("demo")));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], List.of(parameters[i + 1]));
        }
        return AddressQuery.parse(all, AddressLimits.defaults());
    }

    private static LiveRoom room(String zone, long free, String... addresses) {
        return new LiveRoom(zone, List.of(addresses), free);
    }

    private static List<String> hosts(List<String> addresses) {
        return addresses.stream()
                .map(address -> address.substring(0, address.lastIndexOf(':')))
                .collect(Collectors.toList());
    }
}
