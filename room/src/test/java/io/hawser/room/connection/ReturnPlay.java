package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.room.fuzz.Choices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a fuzzer's bytes make happen to two devices that drop and come back, to the event loop where they were or to the
 * other one, with good tokens and bad ones, while messages, broadcasts, kicks and bans come for them. Every other play is
 * told the truth: then nothing may be left out either, and who was kept has to be taken up.
 */
final class ReturnPlay {
    static final Duration KEPT = Duration.ofSeconds(30);
    /** One place among the parked for each loop. */
    private static final ConnectionConfig CONFIG = SmallLimits.with(
            ConnectionConfig.defaults().maxFrame(), new ParkingConfig(KEPT, 2, ByteSize.ofKibibytes(8)));

    private static final int MAX_OPEN = 4;
    private static final int ROUNDS_UNTIL_CALM = 500;

    private final FuzzedRoom room = FuzzedRoom.ofTwoLoops(CONFIG);
    /** The oldest first. */
    private final List<ReturnLine> lines = new ArrayList<>();

    private final List<ReturningClient> clients;
    private final Choices choices;
    private final boolean truthful;

    private ReturnPlay(byte[] bytes) {
        this.choices = new Choices(bytes);
        this.truthful = choices.yes();
        this.clients =
                List.of(new ReturningClient(room, "alice", truthful), new ReturningClient(room, "bob", truthful));
    }

    /**
     * Returns how often somebody came back.
     *
     * @throws AssertionError where something did not hold
     */
    static int play(byte[] bytes) {
        ReturnPlay play = new ReturnPlay(bytes);
        play.begin();
        while (!play.choices.isOver()) {
            play.step();
            play.settle();
        }
        play.calmDown();
        play.end();
        return play.clients.stream().mapToInt(ReturningClient::returns).sum();
    }

    private void begin() {
        for (ReturningClient client : clients) {
            comeBack(client, new Choices(new byte[0]));
            client.bind();
            answerAll(3);
        }
    }

    private void answerAll(int times) {
        for (int i = 0; i < times; i++) {
            room.neighbours.answerAllRightly();
            settle();
        }
    }

    private void settle() {
        for (ReturnLine line : lines) {
            line.connection.settle();
            assertThat(line.isReplaced() && line.connection.isOpen())
                    .as("a channel is open that another has replaced")
                    .isFalse();
            if (!line.connection.isOpen()) {
                line.closed(room.nowMs());
            }
        }
        lines.removeIf(line -> !line.connection.isOpen());
    }

    private void step() {
        ReturningClient client = choices.of(clients);
        switch (choices.below(20)) {
            case 0, 1 -> drop(client, choices.yes());
            case 2, 3, 4, 5 -> comeBack(client, choices);
            case 6, 7 -> bind(client);
            case 8 -> client.acknowledge(choices.below(3));
            case 9 -> client.sync();
            case 10, 11, 12 -> answerOne();
            case 13 -> answerAll(1);
            case 14, 15 -> append(client);
            case 16 -> room.neighbours.log.append("x");
            case 17 -> pass(Duration.ofMillis(100L * (1 + choices.below(20))));
            case 18 -> seldom(client);
            default -> reads(client, choices.yes());
        }
    }

    private void seldom(ReturningClient client) {
        switch (choices.below(4)) {
            case 0 -> pass(Duration.ofSeconds(choices.below(200)));
            case 1 -> kick(client);
            case 2 -> ban(choices.yes());
            default -> client.ping();
        }
    }

    private void answerOne() {
        if (truthful) {
            room.neighbours.answerOneTruly(choices);
        } else {
            room.neighbours.answerOne(choices);
        }
    }

    /** Whoever parks may take another's place. */
    private void drop(ReturningClient client, boolean isNoticed) {
        nobodyIsKept();
        client.drop(isNoticed);
    }

    private void nobodyIsKept() {
        clients.forEach(ReturningClient::isKeptNoMore);
    }

    private void comeBack(ReturningClient client, Choices how) {
        hangUpOldest();
        ReturningClient other = clients.get(clients.get(0) == client ? 1 : 0);
        boolean otherIsHere = other.isHere();
        lines.add(client.comeBack(other, how));
        settle();
        assertThat(other.isHere()).as("another is here as before").isEqualTo(otherIsHere);
    }

    /** What nobody listens to is noticed, some time. */
    private void hangUpOldest() {
        if (lines.size() >= MAX_OPEN) {
            ReturnLine oldest = lines.getFirst();
            boolean isNewest = oldest.client.line() == oldest;
            nobodyIsKept();
            if (isNewest) {
                oldest.client.drop(true);
            } else {
                oldest.connection.hangUp();
            }
            settle();
        }
    }

    /** A binding more may have one that is parked go. */
    private void bind(ReturningClient client) {
        nobodyIsKept();
        client.bind();
    }

    private void append(ReturningClient client) {
        room.neighbours.head += 1 + choices.below(3);
        if (choices.yes()) {
            for (Binding binding : room.bindingsOf(client.user)) {
                binding.push(room.neighbours.head - 1, room.neighbours.head, WilfulNeighbours.CONTENT);
            }
        }
    }

    private void pass(Duration time) {
        nobodyIsKept();
        room.pass(time);
    }

    private void kick(ReturningClient client) {
        nobodyIsKept();
        List<Binding> bindings = room.bindingsOf(client.user);
        if (!bindings.isEmpty()) {
            FuzzedConnection.kick(choices.of(bindings), choices);
        }
    }

    private void ban(boolean begins) {
        nobodyIsKept();
        room.ban(begins);
        room.endBanned();
    }

    private static void reads(ReturningClient client, boolean does) {
        ReturnLine line = client.line();
        if (line != null && line.connection.isOpen()) {
            line.connection.reads(does);
        }
    }

    /** Everyone does what they should: whoever is away comes back, and whatever was promised comes. */
    private void calmDown() {
        ban(false);
        hangUpAllBut(clients.stream().map(ReturningClient::line).toList());
        for (int i = 0; i < ROUNDS_UNTIL_CALM && !clients.stream().allMatch(ReturningClient::hasAll); i++) {
            clients.forEach(this::doWell);
            answerAll(3);
            pass(Duration.ofMillis(500));
            settle();
        }
        assertThat(clients).as("have all that is for them").allMatch(ReturningClient::hasAll);
    }

    private void doWell(ReturningClient client) {
        if (!client.isHere()) {
            comeBack(client, new Choices(new byte[0]));
        }
        reads(client, true);
        client.bind();
        client.ping();
        client.acknowledge(0);
        client.sync();
        // What is owed is told again, until it was written.
        room.bindingsOf(client.user).forEach(Binding::checkMailbox);
    }

    private void hangUpAllBut(List<ReturnLine> some) {
        lines.stream().filter(line -> !some.contains(line)).forEach(line -> line.connection.hangUp());
        settle();
    }

    /** All are gone for good: nothing is left of them, and as many find room. */
    private void end() {
        hangUpAllBut(List.of());
        for (int i = 0; i < 5; i++) {
            room.neighbours.failAll();
            pass(Duration.ofSeconds(20));
            room.turn();
        }
        room.isEmpty();
        List<FuzzedConnection> others = new ArrayList<>();
        for (int i = 0; i < MAX_OPEN; i++) {
            others.add(new FuzzedConnection(room, i % 2, frame -> {}));
        }
        others.forEach(FuzzedConnection::hangUp);
        room.isEmpty();
    }
}
