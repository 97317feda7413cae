package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ListDataTest {
    private static StoreHarness stores;

    @BeforeAll
    static void start() {
        stores = new StoreHarness();
    }

    @AfterAll
    static void stop() {
        stores.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        stores.empty();
    }

    @Test
    void anErasedUserIsInNoListThatRunsAndTheOthersKeepTheirPlaces() throws SQLException {
        BroadcastTask running = put(APP, "runs", true, "bob", "alice", "alice the second", "carol");
        BroadcastTask draft = put(APP, "is not complete", false, "alice");
        BroadcastTask others = put("another", "runs", true, "alice");
        assertThat(running.getState()).isEqualTo(TaskState.TASK_RUNNING);

        assertThat(erase("alice")).isEqualTo(2);

        assertThat(users(running)).containsExactly("bob", "", "alice the second", "carol");
        assertThat(users(draft)).containsExactly("");
        assertThat(users(others)).containsExactly("alice");
        assertThat(erase("alice")).as("again").isZero();
    }

    @Test
    void partsThatDoNotNameTheUserAreNotRead() throws SQLException {
        BroadcastTask named = put(APP, "names", true, "bob", "alice");
        BroadcastTask other = put(APP, "names others", true, "carol", "dave");
        // Nobody can read this one: who tries fails.
        spoil(other, "alice");

        assertThat(erase("alice")).isEqualTo(1);
        assertThat(users(named)).containsExactly("bob", "");
    }

    @Test
    void aPartOfAnOlderReleaseIsSearchedWhole() throws SQLException {
        BroadcastTask old = put(APP, "old", true, "bob", "alice");
        try (Connection connection = stores.dataSource().getConnection()) {
            Sql.update(connection, "DELETE FROM broadcast_part_hash");
        }
        assertThat(erase("alice")).isEqualTo(1);
        assertThat(users(old)).containsExactly("bob", "");
    }

    private static void spoil(BroadcastTask list, String name) throws SQLException {
        try (Connection connection = stores.dataSource().getConnection()) {
            Sql.update(
                    connection,
                    "UPDATE broadcast_part SET users = CONCAT(X'FF', ?) WHERE task = ?",
                    Sql.bytes(name),
                    list.getTask());
        }
    }

    private static int erase(String user) throws SQLException {
        try (Connection connection = stores.dataSource().getConnection()) {
            return new ListData().erase(connection, APP, user);
        }
    }

    private static List<String> users(BroadcastTask task) {
        return join(stores.store.readUserListPart(ReadUserListPartRequest.newBuilder()
                        .setTask(task.getTask())
                        .build()))
                .getUsersList();
    }

    private static BroadcastTask put(String app, String requestId, boolean complete, String... users) {
        return join(stores.store.putUserList(PutUserListRequest.newBuilder()
                        .setApp(app)
                        .setRequestId(requestId)
                        .setBodyHash(ByteString.copyFromUtf8("hash"))
                        .setContent(ByteString.copyFromUtf8("content"))
                        .setExpiresMs(stores.clock.millis() + 3_600_000)
                        .addAllUsers(List.of(users))
                        .setParts(1)
                        .setComplete(complete)
                        .build()))
                .getTask();
    }
}
