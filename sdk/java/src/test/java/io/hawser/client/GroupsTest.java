package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Groups;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the room says of groups that nobody asked it for. */
class GroupsTest extends PushClientHarness {
    @Test
    void tellsTheAppThatTheGroupsOfItsBindingWereNotJoined() throws Exception {
        start(alice().groups(List.of("news")));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        line.bound(FakeRoom.Line.cursor(0, List.of(), List.of()));
        line.send(
                FrameType.GROUPS,
                Groups.newBuilder()
                        .setBinding(1)
                        .setCode(ErrorCode.FAILED_PRECONDITION.number())
                        .setDetail("groups: 65 (expected: at most 64 an endpoint)")
                        .build());
        Awaitility.await().untilAsserted(() -> assertThat(listener.errors).hasSize(1));
        assertThat(listener.errors.getFirst().code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(listener.errors.getFirst()).hasMessage("groups: 65 (expected: at most 64 an endpoint)");
    }
}
