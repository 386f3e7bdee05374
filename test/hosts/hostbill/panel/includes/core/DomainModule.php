<?php

/** Which function saves a module's settings is not documented, so a test chooses: none, one on the module, one that only seems to save. */
switch (\Keyturn\Host\config('saver', 'factory')) {
    case 'module':
        abstract class DomainModule extends BaseModule
        {
            public function saveConfiguration($configuration)
            {
                ModuleRows::save((int) $this->getModuleId(), $configuration);
            }
        }
        break;
    case 'memory':
        abstract class DomainModule extends BaseModule
        {
            public function saveConfiguration($configuration)
            {
                $this->configuration = $configuration;
            }
        }
        break;
    case 'namesake':
        abstract class DomainModule extends BaseModule
        {
            /** Something else by the same name: it would store whatever it is given as the settings of an order form. */
            public function saveConfiguration($product, $configuration = [])
            {
                ModuleRows::save((int) $this->getModuleId(), ['username' => ['value' => 'overwritten', 'type' => 'input']]);
            }
        }
        break;
    default:
        abstract class DomainModule extends BaseModule
        {
        }
}
