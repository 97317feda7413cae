package io.hawser.coordinator.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.UplinkItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Base64;
import java.util.Locale;

/** The body of a callback: {@code {"type":…,"timestamp":…,"data":{…}}}, the same bytes in every attempt. */
public final class Payloads {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendInstant(3)
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Payloads() {}

    /** Writes an uplink or an event as its back end gets it. */
    public static ByteString of(OutboxItem item) {
        ByteString.Output bytes = ByteString.newOutput();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", type(item));
            json.writeStringField("timestamp", TIMESTAMP.format(Instant.ofEpochMilli(item.getReceivedMs())));
            json.writeObjectFieldStart("data");
            json.writeStringField("app", item.getApp());
            json.writeStringField("user", item.getUser());
            writeUnlessEmpty(json, "device", item.getDevice());
            if (item.hasEvent()) {
                writeEvent(json, item.getEvent());
            } else {
                writeUplink(json, item.getUplink());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("payload: not written to memory", e);
        }
        return bytes.toByteString();
    }

    /** {@code online}: the name of a kind in a callback's list of events, and behind {@code state.} in a type. */
    public static String name(EventKind kind) {
        return lower(kind.name(), "EVENT_");
    }

    private static String type(OutboxItem item) {
        return item.hasEvent() ? "state." + name(item.getEvent().getKind()) : "uplink";
    }

    private static void writeUplink(JsonGenerator json, UplinkItem uplink) throws IOException {
        json.writeStringField("route", uplink.getRoute());
        json.writeNumberField("number", uplink.getNumber());
        if (uplink.getText()) {
            json.writeStringField("text", uplink.getBody().toStringUtf8());
        } else {
            json.writeStringField(
                    "data", Base64.getEncoder().encodeToString(uplink.getBody().toByteArray()));
        }
        writeUnlessEmpty(json, "correlation", uplink.getCorrelation());
    }

    private static void writeEvent(JsonGenerator json, StateEvent event) throws IOException {
        switch (event.getKind()) {
            case EVENT_DELIVERED -> {
                json.writeStringField("mailbox", event.getMailbox());
                json.writeNumberField("since", event.getSince());
                json.writeNumberField("seq", event.getSeq());
            }
            case EVENT_UNDELIVERED -> json.writeNumberField("seq", event.getSeq());
            case EVENT_ONLINE,
                    EVENT_OFFLINE,
                    EVENT_BOUND,
                    EVENT_UNBOUND,
                    EVENT_KICKED,
                    EVENT_KIND_UNSPECIFIED,
                    UNRECOGNIZED -> writeSession(json, event);
        }
        writeUnlessEmpty(json, "detail", event.getDetail());
    }

    private static void writeSession(JsonGenerator json, StateEvent event) throws IOException {
        json.writeObjectFieldStart("stamp");
        json.writeNumberField("version", event.getStamp().getMembershipVersion());
        json.writeNumberField("counter", event.getStamp().getCounter());
        json.writeEndObject();
        writeUnlessEmpty(json, "room", event.getRoom());
        if (event.getReason() != EndReason.END_REASON_UNSPECIFIED) {
            json.writeStringField("reason", lower(event.getReason().name(), "END_"));
        }
    }

    private static void writeUnlessEmpty(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static String lower(String constant, String prefix) {
        return constant.substring(constant.startsWith(prefix) ? prefix.length() : 0)
                .toLowerCase(Locale.ROOT);
    }
}
