package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.GetMessageRequest;
import io.hawser.api.v1.GetUserRequest;
import io.hawser.api.v1.ListAppsRequest;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.OperationsGrpc;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.SendResponse;
import io.hawser.api.v1.Target;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.center.platform.Platform;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The same services, called by gRPC on the same port. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcTest {
    private static final Metadata.Key<String> CODE = ascii("hawser-code");
    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    private Platform platform;
    private ManagedChannel channel;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
        URI url = URI.create(platform.api.url);
        channel = NettyChannelBuilder.forAddress(url.getHost(), url.getPort())
                .usePlaintext()
                .build();
    }

    @AfterAll
    void stopThePlatform() {
        channel.shutdownNow();
        platform.close();
    }

    @Test
    void aSendAnswersWithTheMessagesName() {
        SendResponse response = messages(platform.api.key).send(hi("alice"));
        assertThat(response.getName()).isEqualTo("apps/demo/users/alice/messages/4294967297");
        assertThat(response.hasRepeated()).isFalse();
    }

    @Test
    void aListOfUsersMayBeLongerThanOtherRequests() {
        CreateBroadcastRequest.Builder request =
                CreateBroadcastRequest.newBuilder().setApp("demo").setText("hi").setMembersPerSecond(1);
        IntStream.range(0, 50_000).mapToObj("%064d"::formatted).forEach(request.getAudienceBuilder()::addUsers);
        var broadcasts = BroadcastsGrpc.newBlockingStub(channel).withInterceptors(key(platform.api.key));
        assertThat(broadcasts.createBroadcast(request.build()).getName()).startsWith("apps/demo/broadcasts/");
    }

    @Test
    void aRefusalHasAStatusAndItsCodeInATrailer() {
        StatusRuntimeException failure =
                failureOf(() -> messages(platform.api.key).send(hi("u".repeat(65))));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).isEqualTo("user: 65 bytes (expected: 1 to 64)");
        assertThat(codeOf(failure)).isEqualTo("INVALID_ARGUMENT");
    }

    @Test
    void aRefusalNamesFieldsAsTheContractsDo() {
        var broadcasts = BroadcastsGrpc.newBlockingStub(channel).withInterceptors(key(platform.api.key));
        CreateBroadcastRequest.Builder request =
                CreateBroadcastRequest.newBuilder().setApp("demo").setText("hi").setCollapseKey("k");
        request.getAudienceBuilder().setAll(true);
        StatusRuntimeException failure = failureOf(() -> broadcasts.createBroadcast(request.build()));
        assertThat(failure.getStatus().getDescription()).startsWith("collapse_key: set (expected: none");
    }

    @Test
    void aRefusalOfTheSaversComesThrough() {
        StatusRuntimeException failure = failureOf(() -> messages(platform.api.key)
                .getMessage(GetMessageRequest.newBuilder()
                        .setApp("demo")
                        .setUser("alice")
                        .setSeq(7)
                        .build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(codeOf(failure)).isEqualTo("NOT_FOUND");
    }

    @Test
    void withoutAKeyACallIsUnauthenticated() {
        StatusRuntimeException failure =
                failureOf(() -> MessagesGrpc.newBlockingStub(channel).send(hi("alice")));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(failure.getStatus().getDescription())
                .isEqualTo("authorization: none (expected: Bearer hk_<id>_<secret>)");
        assertThat(codeOf(failure)).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void usersOfAnyNameNeedNoEncoding() {
        var users = UsersGrpc.newBlockingStub(channel).withInterceptors(key(platform.api.key));
        assertThat(users.getUser(GetUserRequest.newBuilder()
                                .setApp("demo")
                                .setUser("ж/é")
                                .build())
                        .getName())
                .isEqualTo("apps/demo/users/ж/é");
    }

    @Test
    void textThatIsNoUtf8IsRefused() {
        byte[] target = {0x12, 0x04, 0x0a, 0x02, (byte) 0xff, (byte) 0xfe};
        byte[] header = {0x4a, 0x06, 0x0a, 0x01, 'k', 0x12, 0x01, (byte) 0xff};
        for (byte[] field : List.of(target, header)) {
            StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> sendBytes(field));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(failure.getStatus().getDescription())
                    .isEqualTo("request: no valid message (expected: Protobuf with text in UTF-8)");
            assertThat(codeOf(failure)).isEqualTo("INVALID_ARGUMENT");
        }
    }

    private void sendBytes(byte[] request) {
        var send = MessagesGrpc.getSendMethod();
        ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel, key(platform.api.key)),
                send.toBuilder(new Bytes(), send.getResponseMarshaller()).build(),
                CallOptions.DEFAULT,
                request);
    }

    /** Sends what no generated class would. */
    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new IllegalStateException("requests are not read here");
        }
    }

    @Test
    void operatorsOperate() {
        var operations = OperationsGrpc.newBlockingStub(channel).withInterceptors(key(platform.operatorKey("viewer")));
        assertThat(operations.listApps(ListAppsRequest.getDefaultInstance()).getAppsList())
                .isNotEmpty();
    }

    private MessagesGrpc.MessagesBlockingStub messages(String key) {
        return MessagesGrpc.newBlockingStub(channel).withInterceptors(key(key));
    }

    private static io.grpc.ClientInterceptor key(String key) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + key);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private static SendRequest hi(String user) {
        return SendRequest.newBuilder()
                .setApp("demo")
                .setTarget(Target.newBuilder().setUser(user))
                .setText("hi")
                .build();
    }

    private static StatusRuntimeException failureOf(Supplier<? extends Message> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::get);
    }

    private static String codeOf(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers();
        String code = trailers == null ? null : trailers.get(CODE);
        return code == null ? "" : code;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
