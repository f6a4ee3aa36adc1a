# The knowledge (rules, terms, scores, texts) is data beside the program: PREFIX/share/cathgate mirrors the source tree.
install(TARGETS cathgate RUNTIME DESTINATION bin)
install(DIRECTORY core fhir rules models engine study cds-hooks DESTINATION share/cathgate FILES_MATCHING PATTERN "*.json")
# The pages, where ./run or `npm run build` in web/ has built them; without them the server says so at /demo and /assess.
install(DIRECTORY web/dist DESTINATION share/cathgate/web OPTIONAL)
