<?php

require_once 'modules/admin/models/NE_Plugin.php';

class SnapinPlugin extends NE_Plugin
{
    public $overrideTemplate = false;
    private $views = [];

    public function setDescription(string $text): void
    {
    }

    public function addMappingView(string $view, string $title): void
    {
        $this->views[] = $view;
    }

    public function isMapped(string $view): bool
    {
        return in_array($view, $this->views, true);
    }
}
