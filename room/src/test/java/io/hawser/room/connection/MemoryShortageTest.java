package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.broadcast.ScarceMemory;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Message;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a frame that there is no memory for: nothing is lost by it, and nobody waits for what never comes. */
final class MemoryShortageTest {
    private static final ByteString HELLO = Message.newBuilder()
            .setBody(ByteString.copyFromUtf8("hello"))
            .build()
            .toByteString();

    private final Desk desk = new Desk();
    private final ScarceMemory memory = new ScarceMemory();

    @BeforeEach
    void bind() {
        desk.channel.config().setAllocator(memory);
        desk.bound(0, 0);
        memory.isShort = true;
    }

    @Test
    void aMessageIsLoadedOnceThereIsMemory() {
        assertThat(desk.binding().push(0, 1, HELLO)).isEqualTo(PushOutcome.BEHIND);
        desk.settle();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(Duration.ofMinutes(1));
        answerLoad();
        assertThat(desk.mailboxes.loads).isEmpty();
        memory.isShort = false;
        desk.pass(Duration.ofMinutes(1));
        answerLoad();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(1);
        assertThat(desk.mailboxes.loads).isEmpty();
    }

    @Test
    void aMessageThatIsNotStoredIsDropped() {
        assertThat(desk.binding().push(0, 0, HELLO)).isEqualTo(PushOutcome.DROPPED);
        assertThat(desk.channel.isOpen()).isTrue();
    }

    @Test
    void aClientThatCannotBeAnsweredIsClosed() {
        long before = desk.loop.meters().memoryRefusals();
        desk.send(FrameType.PING, new byte[0]);
        assertThat(desk.channel.isOpen()).isFalse();
        assertThat(desk.loop.meters().memoryRefusals()).isEqualTo(before + 1);
    }

    @Test
    void aClientIsClosedAtOnceWhereTheLastWordCannotBeSaid() {
        desk.connection.closeWith(ErrorCode.RESOURCE_EXHAUSTED, "room: overloaded", CloseReason.OVERLOADED);
        desk.settle();
        assertThat(desk.channel.isOpen()).isFalse();
    }

    private void answerLoad() {
        desk.mailboxes
                .loads
                .removeFirst()
                .answer()
                .complete(LoadReply.newBuilder()
                        .addMessages(StoredMessage.newBuilder().setSeq(1).setContent(HELLO))
                        .setTo(1)
                        .build());
        desk.settle();
    }
}
