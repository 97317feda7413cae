package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random binds, leaves, pours, changes of owner, rebirths and deaths of rooms, against a model that keeps no more than
 * one session a mailbox and remembers who poured what.
 */
class LaneSessionsPropertyTest {
    private static final int WORLDS = 15;
    private static final int STEPS = 400;
    private static final int USERS = 12;
    private static final int[] USERS_SLOTS = IntStream.range(0, USERS)
            .map(user -> Slot.of("demo", "user-" + user))
            .distinct()
            .toArray();
    private static final Comparator<Stamp> BY_AGE =
            Comparator.comparingLong(Stamp::getMembershipVersion).thenComparingLong(Stamp::getCounter);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsFoundIsWhatTheModelHolds(long firstSeed) {
        for (long seed = firstSeed * 1_000; seed < firstSeed * 1_000 + WORLDS; seed++) {
            World world = new World(seed);
            for (int step = 0; step < STEPS; step++) {
                world.step();
                world.check();
            }
        }
    }

    /** The register under test, the model, and what rooms believe. */
    private static final class World {
        private final long seed;
        private final Random random;
        private final Registry registry = new Registry();
        private final List<Session> history = new ArrayList<>();
        private final Map<String, Session> current = new LinkedHashMap<>();
        private final Map<Integer, Set<Peer>> poured = new HashMap<>();
        /** Sessions that left before their room had told all of their slot. */
        private final Set<Session> leftEarly = new HashSet<>();

        private final List<Peer> live = new ArrayList<>();

        private long version = 100;
        private long incarnation = 1;
        private long nextRoomIncarnation = 1;
        private long nextConnection = 1;
        private Ownership ownership;
        private final Map<Integer, Long> releasedAt = new HashMap<>();
        /** Membership version in which this incarnation first owned a slot; 0: none yet. */
        private long bornAt;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.ownership = Ownership.of(Registry.ME, incarnation, new Membership.View(0, List.of()));
            changeOwners();
            IntStream.range(0, 3).forEach(n -> roomArrives("room-" + n));
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0 -> changeOwners();
                case 1 -> beReborn();
                case 2 -> roomDies();
                case 3 -> roomArrives("room-" + random.nextInt(4));
                case 4, 5, 6, 7 -> pour();
                case 8, 9, 10 -> leave();
                case 11 -> enterAgain();
                default -> enter();
            }
        }

        void check() {
            Session whose = Registry.bind(user(), "user", Registry.room("room-0", 0), 0);
            Whereabouts found = registry.lookup(whose);
            int slot = Registry.slot(whose);
            assertThat(found.getNotOwner()).as(where()).isEqualTo(!ownership.owns(slot));
            if (ownership.owns(slot)) {
                assertThat(found.getSessionsList())
                        .as(where())
                        .containsExactlyInAnyOrderElementsOf(current.values().stream()
                                .filter(session -> session.getUser().equals(whose.getUser()))
                                .toList());
                assertThat(found.getUnknownRoomsList())
                        .as(where())
                        .containsExactlyInAnyOrderElementsOf(live.stream()
                                .filter(room ->
                                        !poured.getOrDefault(slot, Set.of()).contains(room))
                                .map(Peer::name)
                                .toList());
            }
            assertThat(registry.lane.size()).as(where()).isEqualTo(current.size());
        }

        private void enter() {
            if (live.isEmpty()) {
                return;
            }
            Session session = nextBind();
            if (!ownership.owns(Registry.slot(session))) {
                assertNotOwner(session);
                return;
            }
            Session before = current.get(key(session));
            registry.kicks.clear();
            EnterReply entered = registry.enter(session);
            Session held = Registry.stamped(session, entered.getStamp());
            assertThat(history).as(where()).allSatisfy(earlier -> {
                if (key(earlier).equals(key(held))) {
                    assertThat(BY_AGE.compare(earlier.getStamp(), held.getStamp()))
                            .isNegative();
                }
            });
            assertThat(registry.kicks)
                    .as(where())
                    .extracting(Kick::getSession)
                    .isEqualTo(before == null || samePlace(before, session) ? List.of() : List.of(before));
            history.add(held);
            current.put(key(held), held);
        }

        /** A bind on a new connection, or another one in a place where there was one before. */
        private Session nextBind() {
            List<Session> places = history.stream().filter(this::isLive).toList();
            if (places.isEmpty() || random.nextInt(3) > 0) {
                return Registry.bind(user(), mailbox(), pick(live), nextConnection++);
            }
            return pick(places).toBuilder()
                    .clearStamp()
                    .setBoundMs(nextConnection++)
                    .build();
        }

        private void enterAgain() {
            if (current.isEmpty()) {
                return;
            }
            Session held = pick(List.copyOf(current.values()));
            Session asFirstTold = held.toBuilder().clearStamp().build();
            if (isLive(held)) {
                assertThat(registry.enter(asFirstTold).getStamp()).as(where()).isEqualTo(held.getStamp());
            }
        }

        private void leave() {
            if (history.isEmpty()) {
                return;
            }
            Session session = pick(history);
            if (ownership.owns(Registry.slot(session))) {
                boolean isCurrent = current.containsValue(session);
                boolean byPusher = random.nextInt(4) == 0;
                boolean removed = byPusher ? registry.notHere(session) : registry.leave(session);
                assertThat(removed).as(where()).isEqualTo(isCurrent);
                current.remove(key(session), session);
                if (!byPusher && !hasPoured(session)) {
                    leftEarly.add(session);
                }
            }
        }

        private void pour() {
            if (live.isEmpty()) {
                return;
            }
            Peer room = pick(live);
            long roomsVersion = random.nextInt(4) == 0 ? version - random.nextInt(5) : version;
            List<Session> told = history.stream()
                    .filter(session -> isOf(session, room) && random.nextInt(3) > 0)
                    .toList();
            int[] complete = random.nextBoolean() ? USERS_SLOTS : new int[0];
            registry.kicks.clear();
            PourReply reply = registry.pour(room, roomsVersion, complete, told.toArray(Session[]::new));
            Set<Integer> refused = new HashSet<>();
            List<Session> losers = new ArrayList<>();
            told.forEach(session -> admit(session, roomsVersion, refused, losers));
            IntStream.of(complete).forEach(slot -> complete(slot, room, roomsVersion, refused));
            assertThat(reply.getRefusedSlotsList()).as(where()).containsExactlyInAnyOrderElementsOf(refused);
            assertThat(registry.kicks).as(where()).extracting(Kick::getSession).isEqualTo(losers);
        }

        private void admit(Session session, long roomsVersion, Set<Integer> refused, List<Session> losers) {
            int slot = Registry.slot(session);
            if (!accepts(slot, roomsVersion)) {
                refused.add(slot);
                return;
            }
            if (leftEarly.contains(session)) {
                return;
            }
            Session before = current.get(key(session));
            boolean newer = before == null || BY_AGE.compare(before.getStamp(), session.getStamp()) < 0;
            if (before != null && !samePlace(before, session)) {
                losers.add(newer ? before : session);
            }
            if (newer) {
                current.put(key(session), session);
            }
        }

        private void complete(int slot, Peer room, long roomsVersion, Set<Integer> refused) {
            if (accepts(slot, roomsVersion)) {
                Set<Peer> told = poured.computeIfAbsent(slot, key -> new HashSet<>());
                told.add(room);
                leftEarly.removeIf(
                        session -> Registry.slot(session) == slot && (isOf(session, room) || told.containsAll(live)));
            } else {
                refused.add(slot);
            }
        }

        private boolean accepts(int slot, long roomsVersion) {
            return ownership.owns(slot) && Math.max(bornAt, releasedAt.getOrDefault(slot, 0L)) <= roomsVersion;
        }

        private void changeOwners() {
            Peer me = Registry.register(Registry.ME, incarnation);
            version++;
            List<Peer> registers = switch (random.nextInt(3)) {
                case 0 -> List.of(me);
                case 1 -> List.of(me, Registry.OTHER);
                default -> List.of(Registry.OTHER);
            };
            see(Ownership.of(Registry.ME, incarnation, new Membership.View(version, registers)), false);
        }

        private void beReborn() {
            incarnation++;
            version++;
            Peer me = Registry.register(Registry.ME, incarnation);
            see(
                    Ownership.of(Registry.ME, incarnation, new Membership.View(version, List.of(me, Registry.OTHER))),
                    true);
        }

        private void see(Ownership newest, boolean reborn) {
            Ownership before = ownership;
            ownership = newest;
            registry.lane.see(newest);
            bornAt = reborn ? 0 : bornAt;
            for (int slot : USERS_SLOTS) {
                if (reborn || (before.owns(slot) && !newest.owns(slot))) {
                    forget(slot, newest.version());
                }
            }
            if (bornAt == 0 && IntStream.range(0, Slot.COUNT).anyMatch(newest::owns)) {
                bornAt = newest.version();
            }
        }

        private void forget(int slot, long since) {
            releasedAt.put(slot, since);
            poured.remove(slot);
            leftEarly.removeIf(session -> Registry.slot(session) == slot);
            current.values().removeIf(session -> Registry.slot(session) == slot);
        }

        private void roomArrives(String name) {
            live.removeIf(room -> room.name().equals(name));
            live.add(Registry.room(name, nextRoomIncarnation++));
            registry.seesRooms(live.toArray(Peer[]::new));
        }

        private void roomDies() {
            if (live.isEmpty()) {
                return;
            }
            live.remove(random.nextInt(live.size()));
            registry.seesRooms(live.toArray(Peer[]::new));
            if (random.nextBoolean()) {
                registry.pass(Duration.ofSeconds(30));
                registry.sweep();
                current.values().removeIf(session -> !isLive(session));
            }
        }

        private boolean hasPoured(Session session) {
            return poured.getOrDefault(Registry.slot(session), Set.of()).stream()
                    .anyMatch(room -> isOf(session, room));
        }

        private boolean isLive(Session session) {
            return live.stream().anyMatch(room -> isOf(session, room));
        }

        private void assertNotOwner(Session session) {
            try {
                registry.enter(session);
            } catch (HawserException refusal) {
                assertThat(refusal.code()).as(where()).isEqualTo(ErrorCode.NOT_OWNER);
                return;
            }
            throw new AssertionError(where() + ": entered what another owns");
        }

        private String user() {
            return "user-" + random.nextInt(USERS);
        }

        private String mailbox() {
            return random.nextBoolean() ? "user" : "class:phone";
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        private String where() {
            return "seed " + seed;
        }

        private static boolean isOf(Session session, Peer room) {
            return session.getLocation().getRoom().equals(room.name())
                    && session.getLocation().getRoomIncarnation() == room.incarnation();
        }

        private static boolean samePlace(Session a, Session b) {
            return a.getLocation().equals(b.getLocation());
        }

        private static String key(Session session) {
            return session.getUser() + "/" + session.getMailbox();
        }
    }
}
