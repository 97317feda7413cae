package io.hawser.center.http;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Refuses paths, with their queries, that are no percent-encoded UTF-8 (RFC 3986). The server would replace what it cannot decode,
 * and so ask after another user.
 */
final class UnicodePath extends SimpleDecoratingHttpService {
    private static final int HEX = 16;

    UnicodePath(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        String path = context.rawPath();
        if (!isUtf8(path)) {
            return Refusals.answer(
                    request.headers(),
                    HawserException.refusal(
                            ErrorCode.INVALID_ARGUMENT, "path: " + path + " (expected: percent-encoded UTF-8)"));
        }
        return unwrap().serve(context, request);
    }

    /** Whether all is ASCII, and what is percent-encoded is UTF-8. */
    private static boolean isUtf8(String encoded) {
        ByteString.Output decoded = ByteString.newOutput(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c > '~') {
                return false;
            }
            boolean escaped = c == '%' && isHex(encoded, i + 1) && isHex(encoded, i + 2);
            decoded.write(escaped ? Integer.parseInt(encoded, i + 1, i + 3, HEX) : c);
            i += escaped ? 2 : 0;
        }
        return decoded.toByteString().isValidUtf8();
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && Character.digit(text.charAt(at), HEX) >= 0;
    }
}
