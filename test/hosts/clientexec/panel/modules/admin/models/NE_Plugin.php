<?php

/** What every plugin has: the settings, and the person who is looking. */
class NE_Plugin
{
    public $settings;
    public $user;

    public function __construct($user)
    {
        $this->user = $user;
        $this->settings = new CE_Settings();
    }
}
