include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS headscore EXPORT headscoreTargets)
if(TARGET headscore_program)
  # The program finds a shared library beside it wherever the tree is put.
  file(RELATIVE_PATH library_from_program "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  set_target_properties(headscore_program PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_program}")
  install(TARGETS headscore_program)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/headscore" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/targets" "${PROJECT_SOURCE_DIR}/data" DESTINATION "${CMAKE_INSTALL_DATADIR}/headscore")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/headscore")
install(EXPORT headscoreTargets NAMESPACE headscore:: DESTINATION "${config_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/headscoreConfig.cmake.in" "${PROJECT_BINARY_DIR}/headscoreConfig.cmake"
  INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/headscoreConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/headscoreConfig.cmake" "${PROJECT_BINARY_DIR}/headscoreConfigVersion.cmake"
  DESTINATION "${config_dir}")
