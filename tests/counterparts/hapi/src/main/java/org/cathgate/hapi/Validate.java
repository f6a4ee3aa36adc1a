package org.cathgate.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.utilities.settings.FhirSettings;

/**
 * Validates every *.json of the folder RESOURCES as a FHIR R4 resource, without network. The CodeSystems, ValueSets and
 * Questionnaires of the folder DEFINITIONS are known to it. Prints "SEVERITY FILE PATH: MESSAGE" for each finding.
 * Exit code 1: an error, or nothing to validate.
 */
public final class Validate {
  public static void main(String[] arguments) throws IOException {
    FhirSettings.setProhibitNetworkAccess(true);
    ManagedWebAccess.setAccessPolicy(ManagedWebAccess.WebAccessPolicy.PROHIBITED);
    var context = FhirContext.forR4();
    var validator = context.newValidator().registerValidatorModule(instanceValidator(context, Path.of(arguments[0])));
    int errors = 0;
    var files = jsonFiles(Path.of(arguments[1]));
    for (Path file : files) errors += validate(validator, file);
    System.out.println(files.size() + " resources, " + errors + " errors");
    System.exit(errors > 0 || files.isEmpty() ? 1 : 0);
  }

  private static int validate(FhirValidator validator, Path file) throws IOException {
    int errors = 0;
    for (SingleValidationMessage one : validator.validateWithResult(Files.readString(file)).getMessages()) {
      if (one.getSeverity() == ResultSeverityEnum.INFORMATION) continue;
      System.out.println(one.getSeverity().getCode() + " " + file.getFileName() + " " + one.getLocationString() + ": " + one.getMessage());
      if (one.getSeverity() != ResultSeverityEnum.WARNING) ++errors;
    }
    return errors;
  }

  private static FhirInstanceValidator instanceValidator(FhirContext context, Path definitions) throws IOException {
    var ours = new PrePopulatedValidationSupport(context);
    for (Path file : jsonFiles(definitions)) {
      var resource = (Resource) context.newJsonParser().parseResource(Files.readString(file));
      if (resource instanceof CodeSystem) ours.addCodeSystem(resource);
      else if (resource instanceof ValueSet) ours.addValueSet(resource);
      else if (resource instanceof Questionnaire questionnaire) ours.addResource(questionnaire);
    }
    var unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity.WARNING);
    var validator =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                ours,
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context),
                unknown));
    validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    return validator;
  }

  private static List<Path> jsonFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
