package io.hawser.room.connection;

import io.hawser.room.connection.TrueMailbox.Push;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Message;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@link TrueMailbox}, a network that loses, doubles and reorders, a saver that is slow and fails, and a client
 * that keeps its position; between them a real connection.
 */
final class StreamWorld {
    private static final int WINDOW = 8;
    private static final ConnectionConfig CONFIG = config();

    private final Random random;
    private final HeldMailboxes mailboxes = new HeldMailboxes();
    private final List<String> story = new ArrayList<>();
    private final TrueMailbox truth;

    // The network.
    private final List<Push> pushes = new ArrayList<>();

    // The room.
    private final Redelivery redelivery = new Redelivery(RedeliveryConfig.defaults(), System::nanoTime);

    // The client.
    private final Set<Long> seen = new TreeSet<>();
    private long position;
    private long acknowledgedByClient;
    /** The highest that was ever acknowledged to a room. */
    private long everAcknowledged;

    private final Set<Long> lost = new TreeSet<>();
    private final TreeSet<Long> outstanding = new TreeSet<>();
    private Desk desk;

    StreamWorld(Random random) {
        this.random = random;
        this.truth = new TrueMailbox(random, story);
        this.desk = bound();
    }

    private static ConnectionConfig config() {
        ConnectionConfig defaults = ConnectionConfig.defaults();
        return new ConnectionConfig(
                defaults.helloWithin(),
                defaults.bindWithin(),
                defaults.closeWithin(),
                new Heartbeat(
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Map.of(),
                        Map.of(),
                        Duration.ofHours(1),
                        Duration.ofHours(1)),
                defaults.maxUnboundFrame(),
                defaults.maxFrame(),
                defaults.writeBuffer(),
                defaults.maxBindings(),
                defaults.maxBindsInFlight(),
                WINDOW,
                Duration.ZERO,
                defaults.fruitlessAfter(),
                new LoadConfig(3, defaults.loads().maxBytes(), 4),
                defaults.openAttempts(),
                Duration.ofMillis(100),
                Duration.ofMillis(400),
                defaults.detachedPoll(),
                defaults.seenEvery(),
                defaults.tokenWarning(),
                defaults.tokenGrace(),
                defaults.parking());
    }

    private Desk bound() {
        Desk fresh = new Desk(CONFIG, mailboxes, redelivery, random.nextLong());
        position = Math.max(position, truth.acknowledged());
        fresh.boundToReturn(position, truth.head());
        acknowledgedByClient = position;
        outstanding.clear();
        return fresh;
    }

    List<String> story() {
        return story;
    }

    /** Messages that still live and never reached the client. */
    Set<Long> missing() {
        Set<Long> missing = truth.neverRemoved();
        missing.removeAll(seen);
        return missing;
    }

    void act() {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> append();
            case 4, 5, 6 -> deliverPush();
            case 7 -> losePush();
            case 8, 9 -> answerLoad();
            case 10 -> failLoad();
            case 11 -> acknowledge();
            case 12 -> answerAcknowledgement();
            case 13 -> truth.expire();
            case 14 -> toggleSocketOrReconnect();
            case 15 -> pass(Duration.ofMillis(random.nextInt(500)));
            default -> throw new IllegalStateException();
        }
        take();
    }

    private void tell(String what) {
        story.add(what);
    }

    /** The saver pushes what it has stored: not at all, once or twice, with the content or without. */
    private void append() {
        Push push = truth.append();
        for (int copies = random.nextInt(3); copies > 0; copies--) {
            pushes.add(random.nextInt(6) == 0 ? push.asHint() : push);
        }
    }

    private void deliverPush() {
        if (!pushes.isEmpty()) {
            // Any of them: the network overtakes.
            Push push = pushes.get(random.nextInt(pushes.size()));
            if (random.nextInt(4) > 0) {
                pushes.remove(push);
            }
            deliver(push);
        }
    }

    private void deliver(Push push) {
        var outcome = desk.binding().push(push.prev(), push.seq(), push.content());
        tell("push " + push.prev() + ".." + push.seq() + (push.content().isEmpty() ? " hint " : " ") + outcome);
        desk.settle();
    }

    private void losePush() {
        if (!pushes.isEmpty()) {
            pushes.remove(random.nextInt(pushes.size()));
        }
    }

    private void answerLoad() {
        if (!mailboxes.loads.isEmpty()) {
            var load = mailboxes.loads.removeFirst();
            load.answer().complete(truth.load(load.request()));
            desk.settle();
        }
    }

    private void failLoad() {
        if (!mailboxes.loads.isEmpty()) {
            mailboxes.loads.removeFirst().fail();
            tell("load fails");
            desk.settle();
        }
    }

    private void acknowledge() {
        if (!outstanding.isEmpty()) {
            long upTo = random.nextBoolean()
                    ? outstanding.last()
                    : new ArrayList<>(outstanding).get(random.nextInt(outstanding.size()));
            acknowledge(upTo);
        }
    }

    private void acknowledge(long upTo) {
        outstanding.headSet(upTo, true).clear();
        acknowledgedByClient = Math.max(acknowledgedByClient, upTo);
        everAcknowledged = Math.max(everAcknowledged, upTo);
        tell("ack " + upTo);
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(upTo).build());
    }

    private void answerAcknowledgement() {
        if (mailboxes.acknowledgements.isEmpty()) {
            return;
        }
        var held = mailboxes.acknowledgements.removeFirst();
        if (random.nextInt(4) == 0) {
            held.fail();
        } else {
            acknowledged(held.request());
            held.answer()
                    .complete(AcknowledgeReply.newBuilder()
                            .setAcknowledged(truth.acknowledged())
                            .build());
        }
        desk.settle();
    }

    private void acknowledged(AcknowledgeRequest request) {
        if (request.getSeq() > Math.max(position, acknowledgedByClient)) {
            throw new AssertionError("acknowledged for the client: " + request.getSeq() + " of " + position);
        }
        truth.acknowledge(request.getSeq());
    }

    private void toggleSocketOrReconnect() {
        switch (random.nextInt(5)) {
            case 0 -> {
                tell("reconnect at " + position);
                desk.close();
                take();
                // What was asked for the old connection is answered or fails; nobody is there to hear it.
                mailboxes.loads.clear();
                mailboxes.acknowledgements.clear();
                forgetPosition();
                desk = bound();
            }
            case 1 -> desk.writable(true);
            case 2 -> resume();
            default -> desk.writable(false);
        }
    }

    /** The connection drops, which the room may notice or not; what it had written may have arrived or not. */
    private void resume() {
        if (random.nextBoolean()) {
            take();
        }
        if (random.nextBoolean()) {
            desk.close();
        }
        while (!pushes.isEmpty() && random.nextBoolean()) {
            deliverPush();
        }
        lose();
        // It may not have stored all that it was given, either: but no less than it acknowledged.
        position = Math.max(acknowledgedByClient, position - random.nextInt(3));
        tell("resume at " + position);
        outstanding.clear();
        if (!desk.comesAgain(desk.resumes(position).build()).getResumed()) {
            throw new AssertionError("not resumed");
        }
        Bound bound = desk.next(FrameType.BOUND, Bound.parser());
        if (bound.getPosition() != position) {
            throw new AssertionError("bound at " + bound.getPosition() + " (expected: " + position + ")");
        }
        acknowledgedByClient = position;
        everAcknowledged = Math.max(everAcknowledged, position);
    }

    /** What came is lost on the way; the room gave it all the same. */
    private void lose() {
        for (Frame frame = desk.poll(); frame != null; frame = desk.poll()) {
            long seq = Frames.parse(Message.parser(), frame.body()).getSeq();
            tell("  lost " + seq);
            lost.add(seq);
        }
    }

    /** A client whose store forgets comes back as if it were new. */
    private void forgetPosition() {
        everAcknowledged = Math.max(everAcknowledged, acknowledgedByClient);
        if (random.nextBoolean()) {
            tell("forgets its position");
            position = 0;
        }
    }

    private void pass(Duration time) {
        desk.pass(time);
    }

    /** The client reads what has come, and holds the room to its promises. */
    private void take() {
        for (Frame frame = desk.poll(); frame != null; frame = desk.poll()) {
            if (frame.type() != FrameType.MESSAGE) {
                throw new AssertionError("came: " + frame);
            }
            take(Frames.parse(Message.parser(), frame.body()));
        }
        if (outstanding.size() > WINDOW) {
            throw new AssertionError("outstanding: " + outstanding.size() + " (expected: at most " + WINDOW + ")");
        }
    }

    private void take(Message message) {
        tell("  got " + message.getPrev() + ".." + message.getSeq());
        if (message.getPrev() > position || message.getSeq() <= position) {
            throw new AssertionError("at " + position + " came " + message.getPrev() + ".." + message.getSeq());
        }
        if (message.getRedelivered() ? !wasGiven(message.getSeq()) : isAgain(message.getSeq())) {
            throw new AssertionError("redelivered: " + message.getRedelivered() + ", " + message.getSeq());
        }
        position = message.getSeq();
        seen.add(position);
        outstanding.add(position);
    }

    private boolean wasGiven(long seq) {
        return seen.contains(seq) || lost.contains(seq);
    }

    /** It came before, and no room was ever told that it did. */
    private boolean isAgain(long seq) {
        return seen.contains(seq) && seq > everAcknowledged;
    }

    /** The network and the saver recover, and the saver says once more what it owes. */
    void calmDown() {
        desk.writable(true);
        for (int round = 0; round < 200 && !(missing().isEmpty() && outstanding.isEmpty()); round++) {
            if (mailboxes.loads.isEmpty()) {
                deliver(truth.hintOfTheNewest());
            }
            answerLoad();
            take();
            if (!outstanding.isEmpty()) {
                acknowledge(outstanding.last());
            }
            pass(Duration.ofMillis(500));
            take();
        }
        ByteBuf left = desk.channel.readOutbound();
        if (left != null) {
            throw new AssertionError("not read: " + left);
        }
    }
}
