package io.hawser.room.connection;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.TokenRenewed;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What docs/protocol.md promises a client for the frames that it sent, until it has come. */
final class Promises {
    /** @param fulfils whether a frame is what was promised */
    private record Promise(String what, int binding, Predicate<Frame> fulfils) {}

    private final List<Promise> open = new ArrayList<>();
    /** What was said first; null: nothing was. */
    private @Nullable Hello greeting;

    /** A frame that the room reads, and what the room has under the number it names. */
    void sent(Frame frame, Predicate<Integer> isLive) {
        try {
            promise(frame, isLive);
        } catch (HawserException noSuchBody) {
            expect("the end of the connection", 0, answer -> false);
        }
    }

    private void promise(Frame frame, Predicate<Integer> isLive) {
        switch (frame.type()) {
            case FrameType.HELLO -> hello(parsed(Hello.parser(), frame));
            case FrameType.PING -> expect("PONG", 0, answer -> answer.type() == FrameType.PONG);
            case FrameType.BIND -> bind(parsed(Bind.parser(), frame).getBinding());
            case FrameType.UNBIND -> {
                int binding = parsed(Unbind.parser(), frame).getBinding();
                expectOnBinding("UNBOUND", binding, answer -> false);
            }
            case FrameType.RENEW_TOKEN -> {
                int binding = parsed(RenewToken.parser(), frame).getBinding();
                expectOnBinding(
                        "TOKEN_RENEWED",
                        binding,
                        answer -> answer.type() == FrameType.TOKEN_RENEWED
                                && parsed(TokenRenewed.parser(), answer).getBinding() == binding);
            }
            case FrameType.JOIN -> join(parsed(Join.parser(), frame));
            case FrameType.PULL -> pull(parsed(Pull.parser(), frame));
            case FrameType.UPLINK -> uplink(parsed(Uplink.parser(), frame), isLive);
            case FrameType.SYNC -> {
                int binding = parsed(Sync.parser(), frame).getBinding();
                if (!isLive.test(binding)) {
                    expectOnBinding("BINDING_UNKNOWN", binding, answer -> false);
                }
            }
            default -> {
                // Nothing is promised.
            }
        }
    }

    private void hello(Hello hello) {
        if (greeting == null) {
            greeting = hello;
            expect("WELCOME", 0, answer -> answer.type() == FrameType.WELCOME);
        } else {
            expect("the end of the connection", 0, answer -> false);
        }
    }

    /** Who is back is told of each binding that it named. */
    private void welcomed(Welcome welcome) {
        if (greeting != null && welcome.getResumed()) {
            greeting.getResumeList().stream().map(Resume::getBinding).distinct().forEach(this::bind);
        }
    }

    private void bind(int binding) {
        expectOnBinding(
                "BOUND",
                binding,
                answer -> answer.type() == FrameType.BOUND
                        && parsed(Bound.parser(), answer).getBinding() == binding);
    }

    private void join(Join join) {
        expectOnBinding("GROUPS", join.getBinding(), answer -> {
            if (answer.type() != FrameType.GROUPS) {
                return false;
            }
            Groups groups = parsed(Groups.parser(), answer);
            return groups.getBinding() == join.getBinding() && groups.getRequest() == join.getRequest();
        });
    }

    private void pull(Pull pull) {
        expectOnBinding("PULLED", pull.getBinding(), answer -> {
            if (answer.type() != FrameType.PULLED) {
                return false;
            }
            Pulled pulled = parsed(Pulled.parser(), answer);
            return pulled.getBinding() == pull.getBinding()
                    && pulled.getKey().equals(pull.getKey())
                    && pulled.getOffset() == pull.getOffset();
        });
    }

    /** One of number 0 that was handed over is answered by its back end. */
    private void uplink(Uplink uplink, Predicate<Integer> isLive) {
        int binding = uplink.getBinding();
        if (uplink.getNumber() == 0 && isLive.test(binding)) {
            return;
        }
        expectOnBinding("UPLINK_ACK", binding, answer -> {
            if (answer.type() != FrameType.UPLINK_ACK) {
                return false;
            }
            UplinkAck ack = parsed(UplinkAck.parser(), answer);
            boolean covers = ack.getCode() == 0
                    ? Long.compareUnsigned(ack.getNumber(), uplink.getNumber()) >= 0
                    : ack.getNumber() == uplink.getNumber();
            return ack.getBinding() == binding && covers;
        });
    }

    /** Or that the binding is gone, is unknown or in use: by UNBOUND, KICKED or ERROR. */
    private void expectOnBinding(String what, int binding, Predicate<Frame> fulfils) {
        expect(what, binding, fulfils.or(answer -> isRefusal(answer, binding)));
    }

    private static boolean isRefusal(Frame answer, int binding) {
        return switch (answer.type()) {
            case FrameType.UNBOUND -> parsed(Unbound.parser(), answer).getBinding() == binding;
            case FrameType.KICKED -> parsed(Kicked.parser(), answer).getBinding() == binding;
            case FrameType.ERROR -> parsed(Error.parser(), answer).getBinding() == binding;
            default -> false;
        };
    }

    private void expect(String what, int binding, Predicate<Frame> fulfils) {
        open.add(new Promise(what, binding, fulfils));
    }

    /** A frame of the room's. One answer stands for one frame, but for the end of a binding and for UPLINK_ACK. */
    void came(Frame frame) {
        if (frame.type() == FrameType.WELCOME) {
            welcomed(parsed(Welcome.parser(), frame));
        }
        switch (frame.type()) {
            case FrameType.UNBOUND, FrameType.KICKED, FrameType.UPLINK_ACK ->
                open.removeIf(promise -> promise.fulfils.test(frame));
            case FrameType.ERROR -> refused(frame);
            default -> firstOf(open, frame).ifPresent(open::remove);
        }
    }

    /** A frame is refused at once: the newest it is, as a rule. */
    private void refused(Frame error) {
        if (parsed(Error.parser(), error).getCloses()) {
            open.clear();
        } else {
            firstOf(open.reversed(), error).ifPresent(open::remove);
        }
    }

    private static Optional<Promise> firstOf(List<Promise> promises, Frame answer) {
        return promises.stream().filter(promise -> promise.fulfils.test(answer)).findFirst();
    }

    void forget() {
        open.clear();
    }

    List<String> unfulfilled() {
        return open.stream()
                .map(promise -> promise.what + " about binding " + promise.binding)
                .toList();
    }

    private static <T extends MessageLite> T parsed(Parser<T> parser, Frame frame) {
        return Frames.parse(parser, frame.body());
    }
}
