package io.hawser.center.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Protobuf's JSON form of the API's messages. Fields that do not exist are refused, so that a misspelt one is not silently
 * without effect; fields that are not set are written with their defaults, so that what an answer holds can be seen.
 */
final class ApiJson implements GrpcJsonMarshaller {
    private final JsonFormat.Parser parser = JsonFormat.parser();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

    @Override
    public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream to) throws IOException {
        Writer writer = new OutputStreamWriter(to, StandardCharsets.UTF_8);
        printer.appendTo((Message) message, writer);
        writer.flush();
    }

    @Override
    @SuppressWarnings("unchecked") // The prototype is the marshaller's own.
    public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream from) throws IOException {
        Message prototype =
                (Message) Objects.requireNonNull(((PrototypeMarshaller<T>) marshaller).getMessagePrototype());
        Message.Builder builder = prototype.newBuilderForType();
        try {
            parser.merge(new InputStreamReader(from, StandardCharsets.UTF_8), builder);
        } catch (InvalidProtocolBufferException e) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "body: " + e.getMessage());
        }
        return (T) builder.build();
    }
}
