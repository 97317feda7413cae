package io.hawser.center.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives each request an id that nobody else has, and each answer a header with it. The caller's own header of that name
 * is not taken over: a send without an idempotency key is known to the saver by this id, and two must never share one.
 */
public final class RequestId extends SimpleDecoratingHttpService {
    static final AsciiString HEADER = AsciiString.cached("x-request-id");
    private static final AttributeKey<String> ID = AttributeKey.valueOf(RequestId.class, "ID");
    private static final int PREFIX_BYTES = 10;

    private final String prefix;
    private final AtomicLong counter = new AtomicLong();

    RequestId(HttpService delegate, SecureRandom random) {
        super(delegate);
        byte[] drawn = new byte[PREFIX_BYTES];
        random.nextBytes(drawn);
        this.prefix = HexFormat.of().formatHex(drawn) + '-';
    }

    /** Returns the id of the request that is being served. */
    public static String of(ServiceRequestContext context) {
        String id = context.attr(ID);
        if (id == null) {
            throw new IllegalStateException("request without an id");
        }
        return id;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        String id = prefix + Long.toString(counter.incrementAndGet(), Character.MAX_RADIX);
        context.setAttr(ID, id);
        context.setAdditionalResponseHeader(HEADER, id);
        return unwrap().serve(context, request);
    }
}
