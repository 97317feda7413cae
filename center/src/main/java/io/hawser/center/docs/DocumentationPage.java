package io.hawser.center.docs;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.docs.DocServiceBuilder;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.api.v1.GroupsGrpc;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.OperationsGrpc;
import io.hawser.api.v1.UsersGrpc;

/** The page to read about the calls, and to try them: each shows where the key goes, and those with a body an example. */
public final class DocumentationPage {
    private static final String TITLE = "Hawser API";
    /** Where the page would load fonts from elsewhere, a browser takes its own: it must work without the Internet. */
    private static final String OWN_STYLES = "style-src 'self' 'unsafe-inline'; font-src 'self' data:";

    private DocumentationPage() {}

    public static HttpService create() {
        DocService page = examples(DocService.builder())
                .webAppTitle(TITLE)
                .exampleHeaders(HttpHeaders.of(HttpHeaderNames.AUTHORIZATION, "Bearer hk_<id>_<secret>"))
                .build();
        return page.decorate((delegate, context, request) -> {
            context.setAdditionalResponseHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, OWN_STYLES);
            return delegate.serve(context, request);
        });
    }

    private static DocServiceBuilder examples(DocServiceBuilder page) {
        return page.exampleRequests(MessagesGrpc.SERVICE_NAME, "Send", """
                        {"app": "demo", "target": {"user": "alice"}, "qos": "DURABLE", "text": "hi"}""")
                .exampleRequests(MessagesGrpc.SERVICE_NAME, "BatchSend", """
                        {"app": "demo", "users": ["alice", "bob"], "text": "hi"}""")
                .exampleRequests(MessagesGrpc.SERVICE_NAME, "GetMessage", """
                        {"app": "demo", "user": "alice", "seq": "4294967297"}""")
                .exampleRequests(MessagesGrpc.SERVICE_NAME, "Recall", """
                        {"app": "demo", "user": "alice", "seq": "4294967297"}""")
                .exampleRequests(BroadcastsGrpc.SERVICE_NAME, "CreateBroadcast", """
                        {"app": "demo", "audience": {"groups": ["news"]}, "text": "hi", "ttl": "3600s"}""")
                .exampleRequests(BroadcastsGrpc.SERVICE_NAME, "GetBroadcast", """
                        {"app": "demo", "id": "1", "wait": "10s"}""")
                .exampleRequests(GroupsGrpc.SERVICE_NAME, "AddMembers", """
                        {"app": "demo", "group": "news", "members": [{"user": "alice"}, {"user": "bob", "device": "phone"}]}""")
                .exampleRequests(UsersGrpc.SERVICE_NAME, "GetUser", """
                        {"app": "demo", "user": "alice"}""")
                .exampleRequests(UsersGrpc.SERVICE_NAME, "IssueToken", """
                        {"app": "demo", "user": "alice", "ttl": "3600s"}""")
                .exampleRequests(OperationsGrpc.SERVICE_NAME, "CreateApp", """
                        {"app": {"id": "shop", "displayName": "Shop", "sessionPolicy": "ONE_PER_DEVICE"}}""")
                .exampleRequests(OperationsGrpc.SERVICE_NAME, "CreateKey", """
                        {"app": "shop", "displayName": "checkout", "grants": ["messages.send"]}""")
                .exampleRequests(OperationsGrpc.SERVICE_NAME, "ListInstances", """
                        {"service": "room"}""");
    }
}
