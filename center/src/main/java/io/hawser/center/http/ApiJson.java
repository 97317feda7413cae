package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Protobuf's JSON form of the API's messages. Reading is strict ({@link JsonReader}); what is written shows unset fields
 * with their defaults, so that an answer tells what it could hold.
 */
final class ApiJson implements GrpcJsonMarshaller {
    private final JsonReader reader = new JsonReader();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

    @Override
    public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream to) throws IOException {
        Writer writer = new OutputStreamWriter(to, StandardCharsets.UTF_8);
        writer.write(PlainJson.of(printer.print((Message) message)));
        writer.flush();
    }

    @Override
    @SuppressWarnings("unchecked") // The prototype is the marshaller's own.
    public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream from) throws IOException {
        Message prototype =
                (Message) Objects.requireNonNull(((PrototypeMarshaller<T>) marshaller).getMessagePrototype());
        try (JsonParser parser = JsonDocument.parser(from.readAllBytes())) {
            return (T) reader.read(parser, prototype);
        }
    }
}
