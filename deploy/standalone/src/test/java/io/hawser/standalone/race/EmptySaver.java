package io.hawser.standalone.race;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.EndpointStoreGrpc;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.ReadBansReply;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A saver with an app for each session policy, whose mailboxes are all there and hold nothing: who is bound where is no business of its. */
final class EmptySaver implements Service {
    /** One of each. */
    static final List<SessionPolicy> POLICIES =
            List.of(SessionPolicy.ONE_PER_USER, SessionPolicy.ONE_PER_DEVICE_CLASS, SessionPolicy.ONE_PER_DEVICE);

    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private final LinkServer server;

    private EmptySaver(ServiceContext<?> context) {
        LinkServer.Builder builder = LinkServer.builder(LinkServerSettings.defaults(), context.meters());
        answer(builder, SaverGrpc.getOpenMailboxMethod(), OpenMailboxReply.getDefaultInstance());
        answer(builder, SaverGrpc.getLoadMethod(), LoadReply.getDefaultInstance());
        answer(builder, SaverGrpc.getAcknowledgeMethod(), AcknowledgeReply.getDefaultInstance());
        answer(builder, EndpointStoreGrpc.getOpenEndpointMethod(), OpenEndpointReply.getDefaultInstance());
        answer(builder, BroadcastStoreGrpc.getFollowBroadcastsMethod(), FollowBroadcastsReply.getDefaultInstance());
        answer(
                builder,
                BanStoreGrpc.getReadBansMethod(),
                ReadBansReply.newBuilder().setVersion(1).build());
        answer(
                builder,
                SaverGrpc.getReadDirectoryMethod(),
                ReadDirectoryReply.newBuilder()
                        .addAllApps(POLICIES.stream().map(EmptySaver::app).toList())
                        .setVersion(1)
                        .build());
        server = builder.start("127.0.0.1", 0);
    }

    private static <Q extends MessageLite, R extends MessageLite> void answer(
            LinkServer.Builder builder, MethodDescriptor<Q, R> method, R always) {
        builder.handle(method, (request, caller) -> CompletableFuture.completedFuture(always));
    }

    static Service start(ServiceContext<?> context) {
        EmptySaver saver = new EmptySaver(context);
        context.advertise(Advertisement.of("127.0.0.1", saver.server.port(), ""));
        return saver;
    }

    /** The app with this policy. */
    static String appOf(SessionPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }

    private static App app(SessionPolicy policy) {
        return App.newBuilder()
                .setId(appOf(policy))
                .setSessionPolicy(policy)
                .addTokenKeys(TokenKey.newBuilder()
                        .setId("k1")
                        .setAlgorithm(TokenAlgorithm.HS256)
                        .setMaterial(ByteString.copyFrom(SECRET)))
                .build();
    }

    /** A token of an app's, good for an hour. */
    static String token(String app, String user) {
        long expires = Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
        String signed = base64("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "."
                + base64("{\"sub\":\"%s\",\"app\":\"%s\",\"exp\":%d}".formatted(user, app, expires));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void drain(Duration atMost) {
        // It holds nothing.
    }

    @Override
    public void close() {
        server.close();
    }
}
