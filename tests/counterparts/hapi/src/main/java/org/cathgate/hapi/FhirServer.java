package org.cathgate.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.net.InetSocketAddress;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** HAPI FHIR JPA R4 with an empty database in memory, below /fhir on a free port of 127.0.0.1, which it says on stderr. */
public final class FhirServer {
  private static final int PAGE_SIZE = 20;
  private static final int LARGEST_PAGE = 200;

  public static void main(String[] arguments) throws Exception {
    var beans = new AnnotationConfigApplicationContext(ServerConfig.class);
    var server = new Server(new InetSocketAddress("127.0.0.1", 0));
    var handler = new ServletContextHandler("/");
    handler.addServlet(new ServletHolder(servlet(beans)), "/fhir/*");
    server.setHandler(handler);
    server.start();
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    System.err.println("listening http://127.0.0.1:" + port);
    server.join();
  }

  private static RestfulServer servlet(AnnotationConfigApplicationContext beans) {
    var servlet = new RestfulServer(beans.getBean(FhirContext.class));
    servlet.registerProviders(beans.getBean("myResourceProvidersR4", ResourceProviderFactory.class).createProviders());
    servlet.registerProvider(beans.getBean("mySystemProviderR4"));
    servlet.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(
            servlet,
            beans.getBean(IFhirSystemDao.class),
            beans.getBean(JpaStorageSettings.class),
            beans.getBean(ISearchParamRegistry.class),
            beans.getBean(IValidationSupport.class)));
    var paging = beans.getBean(DatabaseBackedPagingProvider.class);
    paging.setDefaultPageSize(PAGE_SIZE);
    paging.setMaximumPageSize(LARGEST_PAGE);
    servlet.setPagingProvider(paging);
    servlet.setDefaultResponseEncoding(EncodingEnum.JSON);
    return servlet;
  }
}
