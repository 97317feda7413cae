package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** The register under test beside the {@link SessionsModel}, and the rooms and registers around it, which act by lot. */
final class SessionsWorld {
    private final long seed;
    private final Random random;
    private final Registry registry = new Registry();
    private final SessionsModel model;

    private long version = 100;
    private long incarnation = 1;
    private long nextRoomIncarnation = 1;
    private long nextConnection = 1;

    SessionsWorld(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.model = new SessionsModel(Ownership.of(Registry.ME, incarnation, new Membership.View(0, List.of())));
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
        Session whose = Registry.bind(SessionsModel.user(random), "user", Registry.room("room-0", 0), 0);
        Whereabouts found = registry.lookup(whose);
        boolean owned = model.owns(whose);
        assertThat(found.getNotOwner()).as(where()).isEqualTo(!owned);
        if (owned) {
            assertThat(found.getSessionsList())
                    .as(where())
                    .containsExactlyInAnyOrderElementsOf(model.ofUser(whose.getUser()));
            assertThat(found.getUnknownRoomsList())
                    .as(where())
                    .containsExactlyInAnyOrderElementsOf(model.unknownRooms(Registry.slot(whose)));
        }
        assertThat(registry.lane.size()).as(where()).isEqualTo(model.current.size());
    }

    private void enter() {
        if (model.live.isEmpty()) {
            return;
        }
        Session session = nextBind();
        if (!model.owns(session)) {
            assertNotOwner(session);
            return;
        }
        registry.kicks.clear();
        Session held = Registry.stamped(session, registry.enter(session).getStamp());
        assertThat(model.history).as(where()).allSatisfy(earlier -> {
            if (SessionsModel.key(earlier).equals(SessionsModel.key(held))) {
                assertThat(SessionsModel.BY_AGE.compare(earlier.getStamp(), held.getStamp()))
                        .isNegative();
            }
        });
        assertThat(registry.kicks).as(where()).extracting(Kick::getSession).isEqualTo(model.enter(held));
    }

    /** A bind on a new connection, or another one in a place where there was one before. */
    private Session nextBind() {
        List<Session> places = model.history.stream().filter(model::isLive).toList();
        if (places.isEmpty() || random.nextInt(3) > 0) {
            return Registry.bind(SessionsModel.user(random), mailbox(), pick(model.live), nextConnection++);
        }
        return pick(places).toBuilder()
                .clearStamp()
                .setBoundMs(nextConnection++)
                .build();
    }

    private void enterAgain() {
        if (model.current.isEmpty()) {
            return;
        }
        Session held = pick(List.copyOf(model.current.values()));
        Session asFirstTold = held.toBuilder().clearStamp().build();
        if (model.isLive(held)) {
            assertThat(registry.enter(asFirstTold).getStamp()).as(where()).isEqualTo(held.getStamp());
        }
    }

    private void leave() {
        if (model.history.isEmpty()) {
            return;
        }
        Session session = pick(model.history);
        if (model.owns(session) && random.nextInt(4) == 0) {
            Session unstamped = session.toBuilder().clearStamp().build();
            assertThat(registry.leave(unstamped)).as(where()).isEqualTo(model.leaveUnstamped(session));
        } else if (model.owns(session)) {
            boolean byPusher = random.nextInt(4) == 0;
            boolean removed = byPusher ? registry.notHere(session) : registry.leave(session);
            assertThat(removed).as(where()).isEqualTo(model.leave(session, byPusher));
        }
    }

    private void pour() {
        if (model.live.isEmpty()) {
            return;
        }
        Peer room = pick(model.live);
        long roomsVersion = random.nextInt(4) == 0 ? version - random.nextInt(5) : version;
        List<Session> told = model.history.stream()
                .filter(session -> SessionsModel.isOf(session, room) && random.nextInt(3) > 0)
                .toList();
        int[] complete = random.nextBoolean() ? SessionsModel.USERS_SLOTS : new int[0];
        registry.kicks.clear();
        PourReply reply = registry.pour(room, roomsVersion, complete, told.toArray(Session[]::new));
        Set<Integer> refused = new HashSet<>();
        List<Session> losers = new ArrayList<>();
        told.forEach(session -> model.admit(session, roomsVersion, refused, losers));
        IntStream.of(complete).forEach(slot -> model.complete(slot, room, roomsVersion, refused));
        assertThat(reply.getRefusedSlotsList()).as(where()).containsExactlyInAnyOrderElementsOf(refused);
        assertThat(registry.kicks).as(where()).extracting(Kick::getSession).isEqualTo(losers);
    }

    private void changeOwners() {
        Peer me = Registry.register(Registry.ME, incarnation);
        version++;
        List<Peer> registers = switch (random.nextInt(3)) {
            case 0 -> List.of(me);
            case 1 -> List.of(me, Registry.OTHER);
            default -> List.of(Registry.OTHER);
        };
        see(registers, false);
    }

    private void beReborn() {
        incarnation++;
        version++;
        see(List.of(Registry.register(Registry.ME, incarnation), Registry.OTHER), true);
    }

    private void see(List<Peer> registers, boolean reborn) {
        Ownership newest = Ownership.of(Registry.ME, incarnation, new Membership.View(version, registers));
        registry.lane.see(newest);
        model.see(newest, reborn);
    }

    private void roomArrives(String name) {
        model.live.removeIf(room -> room.name().equals(name));
        model.live.add(Registry.room(name, nextRoomIncarnation++));
        registry.seesRooms(model.live.toArray(Peer[]::new));
    }

    private void roomDies() {
        if (model.live.isEmpty()) {
            return;
        }
        model.live.remove(random.nextInt(model.live.size()));
        registry.seesRooms(model.live.toArray(Peer[]::new));
        if (random.nextBoolean()) {
            registry.pass(Duration.ofSeconds(30));
            registry.sweep();
            model.sweep();
        }
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

    private String mailbox() {
        return random.nextBoolean() ? "user" : "class:phone";
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String where() {
        return "seed " + seed;
    }
}
