package io.hawser.coordinator.webhook;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What is to be handed over.
 *
 * @param id the same in every attempt
 * @param body the payload
 * @param secrets that sign it, the newest last
 * @param timeoutMs how long an attempt may take; 0: as configured
 */
public record Webhook(String id, ByteString body, List<ByteString> secrets, int timeoutMs) {}
