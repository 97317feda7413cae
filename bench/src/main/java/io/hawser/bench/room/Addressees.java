package io.hawser.bench.room;

import com.google.protobuf.ByteString;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.Links;
import io.hawser.bench.swarm.Member;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients that pushes go to, each with its chain of numbers; where they are, the registers told. For one thread. */
final class Addressees {
    /** Above whatever the savers have given to these users. */
    private static final long FIRST_SEQ = 1L << 40;

    private static final int ASKED_AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<PushRequest> templates = new ArrayList<>();
    private final long[] seqs;
    private final Qos qos;

    private Addressees(int count, Qos qos) {
        this.seqs = new long[count];
        this.qos = qos;
    }

    static Addressees find(Hawser hawser, List<Member> members, Qos qos) {
        Map<String, String> registers = hawser.linksOf("register");
        Addressees found = new Addressees(members.size(), qos);
        try (LinkClient link = Links.to("register", registers)) {
            for (int from = 0; from < members.size(); from += ASKED_AT_ONCE) {
                List<Member> some = members.subList(from, Math.min(members.size(), from + ASKED_AT_ONCE));
                found.add(hawser.app(), some, registers, link);
            }
        }
        return found;
    }

    private void add(String app, List<Member> some, Map<String, String> registers, LinkClient link) {
        LookupRequest.Builder request = LookupRequest.newBuilder();
        some.forEach(member -> request.addUsers(UserKey.newBuilder().setApp(app).setUser(member.user())));
        List<LookupReply> replies = registers.keySet().stream()
                .map(name -> link.call(Route.peer(name), RegisterGrpc.getLookupMethod(), request.build(), app, PATIENCE)
                        .join())
                .toList();
        for (int i = 0; i < some.size(); i++) {
            int at = i;
            Session session = replies.stream()
                    .map(reply -> reply.getUsers(at))
                    .map(Whereabouts::getSessionsList)
                    .flatMap(List::stream)
                    .findFirst()
                    .orElseThrow(() -> new BenchException(some.get(at).user() + ": no register knows where it is"));
            templates.add(PushRequest.newBuilder()
                    .setApp(app)
                    .setUser(session.getUser())
                    .setMailbox(session.getMailbox())
                    .setLocation(session.getLocation())
                    .build());
        }
    }

    int size() {
        return templates.size();
    }

    /** The next message of one of them. */
    PushRequest next(int addressee, byte[] body) {
        PushRequest.Builder push = templates.get(addressee).toBuilder()
                .setContent(Content.newBuilder()
                        .setId("bench")
                        .setQos(qos)
                        .setBody(ByteString.copyFrom(body))
                        .build()
                        .toByteString());
        if (qos == Qos.DURABLE) {
            long prev = seqs[addressee];
            seqs[addressee] = Math.max(FIRST_SEQ, prev) + 1;
            push.setPrev(prev).setSeq(seqs[addressee]);
        }
        return push.build();
    }

    /** The room it is at. */
    Route room(int addressee) {
        return Route.peer(templates.get(addressee).getLocation().getRoom());
    }
}
